"""Forms as pure functions: each `xyz_modal` makes a view, each `read_xyz` reads its submission.

A submission that is wrong carries `errors`: `{block_id: message}`, as Slack wants them back with
`response_action: errors`. What a form is about comes back in its `private_metadata`.
"""
