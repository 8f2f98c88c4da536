"""Every action_id and callback_id, in one list: cards, forms and listeners learn ids from here."""

from typing import Final

# incident card
INCIDENT_UPDATE: Final = "incident.update"
INCIDENT_SEVERITY: Final = "incident.severity"
INCIDENT_ROLES: Final = "incident.roles"
INCIDENT_PAGE: Final = "incident.page"
INCIDENT_RUNBOOK: Final = "incident.runbook"
INCIDENT_LOG: Final = "incident.log"
INCIDENT_RESOLVE: Final = "incident.resolve"
INCIDENT_REOPEN: Final = "incident.reopen"
INCIDENT_POSTMORTEM: Final = "incident.postmortem"
INCIDENT_JOIN: Final = "incident.join"
INCIDENT_RECEIPT: Final = "incident.receipt"

# Home
HOME_DECLARE: Final = "home.declare"

# paging
PAGE_ACKNOWLEDGE: Final = "page.acknowledge"
PAGE_DECLINE: Final = "page.decline"
PAGE_ESCALATE: Final = "page.escalate"
PAGE_PICK: Final = "page.pick"

# reminders
REMINDER_UPDATE: Final = "reminder.update"
REMINDER_SNOOZE: Final = "reminder.snooze"

# engine
DELIVERY_RETRY: Final = "delivery.retry"

# links (a url button still sends an action that must be acknowledged)
LINK: Final = "link"

# runbook
RUNBOOK_SECTION: Final = "runbook.section"
RUNBOOK_MORE: Final = "runbook.more"
RUNBOOK_OPEN: Final = "runbook.open"
RUNBOOK_STEP_DONE: Final = "runbook.step_done"
RUNBOOK_RATE: Final = "runbook.rate"
RUNBOOK_GAP: Final = "runbook.gap"
RUNBOOK_ESCALATE: Final = "runbook.escalate"
RUNBOOK_SNOOZE: Final = "runbook.snooze"
RUNBOOK_FILE: Final = "runbook.file"

# checklist
CHECKLIST_DONE: Final = "checklist.done"
CHECKLIST_SKIP: Final = "checklist.skip"
CHECKLIST_FAIL: Final = "checklist.fail"
CHECKLIST_UNDO: Final = "checklist.undo"

# executable steps
STEP_RUN: Final = "step.run"
STEP_REAL: Final = "step.real"
STEP_APPROVE: Final = "step.approve"
STEP_REJECT: Final = "step.reject"

# forms
FORM_DECLARE: Final = "form.declare"
FORM_UPDATE: Final = "form.update"
FORM_SEVERITY: Final = "form.severity"
FORM_ROLES: Final = "form.roles"
FORM_PAGE: Final = "form.page"
FORM_LOG: Final = "form.log"
FORM_RESOLVE: Final = "form.resolve"
FORM_RUNBOOK: Final = "form.runbook"
FORM_RUNBOOK_RATING: Final = "form.runbook_rating"
FORM_RUNBOOK_GAP: Final = "form.runbook_gap"
FORM_STEP: Final = "form.step"

# shortcuts
SHORTCUT_DECLARE: Final = "shortcut.declare"
SHORTCUT_DECLARE_FROM_MESSAGE: Final = "shortcut.declare_from_message"
SHORTCUT_LOG: Final = "shortcut.log"
