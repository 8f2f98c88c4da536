"""A library with every shape real runbooks come in, written by hand for these tests.

Alert-style files have one problem each and most of the four usual parts; free-form ones are notes
about a service, as long-lived teams keep them.
"""

from incident_bot.domain.runbooks.books import Runbook, runbooks_in
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.shelf import Shelf

UNCLOSED_FENCE = """# OperatorLookupErrors

## Meaning

The operator cannot find its nodes.

## Diagnosis

Read the log:

```shell
$ kubectl logs deploy/operator
kubelet describe nodes

## Mitigation

Restart the operator.
"""

TWO_BACKTICKS = """# QueueHighCritical

## Meaning

A guest waits for processors.

## Diagnosis

1. Find the guest:

   ```bash
   $ oc get guests
   ``

2. Look at its load.

## Mitigation

Move the guest to another node.
"""

TWO_KINDS = """# TargetDown

## Meaning

Prometheus cannot scrape a target， so its alerts are blind.

## Diagnosis and mitigation

### Network

#### Policies

Check the network policies, then allow the scrape.

### Credentials

Renew the certificate of the scraper.
"""

SEVERITIES = """# ErrorBudgetBurn

<details>
<summary>Full context</summary>

The budget is spent too fast. See [below](#runbook).

</details>

## Critical

Page somebody and shed load.

## Warning

Open a ticket.

## Runbook

Look at the slowest verbs first.
"""

SETEXT = """HighConnections
===============

Meaning
-------

The pool is nearly full.

Diagnosis
---------

```bash
# count the sessions
psql -c 'select count(*) from pg_stat_activity'
# Impact: this line is a comment
```

Mitigation
----------

Raise the limit, or close idle sessions.
"""

REPEATED = """# Database

## Connection storm

### Symptoms

Clients are refused.

### Possible checks

Count the sessions.

### Resolution

Restart the pooler.

## Replica lag

### Symptoms

Reads are stale.

### Possible checks

Compare positions.

### Resolution

Rebuild the replica.
"""

GENERATED = """<!-- MARKER: do not edit this part -->

# Patroni

* **Label**: service
<!-- END_MARKER -->

[[_TOC_]]

<!-- ## Summary -->

<!-- START doctoc generated -->
- [Failing over](#failing-over)
<!-- END doctoc generated -->

## Failing over

Check the leader with `patronictl list`, then switch over to a healthy replica.
"""

FOUR_BACKTICKS = """# Pooler

## Troubleshooting

````text
```
not the end
```
````

Count the waiting clients.
"""

HTML_TABLE = """## Levels

<table class="levels">
<tr><th>Level</th><th>Means</th></tr>
<tr><td>SEV-1</td><td>All hands</td></tr>
</table>

!!! warning "Think"
    Ask when unsure.

    Always.

??? info "More"
    Folded words.
"""

COMMENTED = """# MigrationFails
<!--DS: a comment
spanning lines

with a blank one -->

## Meaning

A guest cannot move.

## Impact

Updates wait.

## Diagnosis

Read the events.

## Mitigation

<!--USstart-->
Free some memory.
<!--USend-->
"""

MANY_IN_ONE = """# Alerts

## Ingester

### IngesterReachingSeriesLimit

This alert fires when an ingester nears its limit.

How it **works**: the limit is counted per tenant.

How to **fix** it:

- Scale up.<br />Then wait.

### IngesterUnhealthyRing

How to **fix** it:

- Forget the ingester in the ring.

### CompactorHasNotRun

How to **investigate**:

- Read the log.
"""

BOLD_LEADS = """# API outage

## 6. API Error Resolution

**Symptoms**:
- errors on every page

**Quick Fix**:
```bash
# Expected MTTR: 2-5 minutes
kubectl rollout restart deployment/backend -n <NS>
```

**Escalation**: page the lead after 15 minutes.
"""

PLAIN_NOTES = """# Mail relay

We run two relays behind a balancer. Check the queue with `mailq` when users complain about delays.

## Queue is long

Look at the log of the relay, flush the queue and restart postfix. Verify that the length falls.

## Adding a domain

Update the map, reload the relay and verify that a message arrives.
"""

HOST_NOTES = """# Bastion hosts

How to log in and what to do when the host is slow.

```
$ ssh bastion
Last login: today
$ uptime
```

If the load is high, find the process with top and restart it. Ask in the channel when unsure.
"""

CERTIFICATE_NOTES = """Certificates are renewed by a job every night.

## What can fail

The job fails when the account is rate limited; see its log and check the expiry date.

## Renew by hand

Run the renewal, copy the files and reload nginx.
"""

ALERT_STYLE: dict[str, str] = {
    "operator/OperatorLookupErrors.md": UNCLOSED_FENCE,
    "guests/QueueHighCritical.md": TWO_BACKTICKS,
    "monitoring/TargetDown.md": TWO_KINDS,
    "api/ErrorBudgetBurn.md": SEVERITIES,
    "database/HighConnections.md": SETEXT,
    "guests/MigrationFails.md": COMMENTED,
    "api/api-outage.md": BOLD_LEADS,
}
FREE_FORM: dict[str, str] = {
    "patroni/postgres.md": REPEATED,
    "patroni/README.md": GENERATED,
    "pooler/connections.md": FOUR_BACKTICKS,
    "mail/relay.md": PLAIN_NOTES,
    "hosts/bastion.md": HOST_NOTES,
    "tls/certificates.md": CERTIFICATE_NOTES,
}


def book(text: str, path: str = "shop/thing.md") -> Runbook:
    """Return the runbook that is a whole file."""
    return runbooks_in(parse(text, path))[0]


def shelf_of(files: dict[str, str], **base_urls: str) -> Shelf:
    """Return a shelf over files of one nameless library."""
    found = [one for path, text in files.items() for one in runbooks_in(parse(text, path))]
    return Shelf.of(found, {"": base_urls["base"]} if base_urls else None)
