/** Slack's error codes as sentences a person can act on. */

const SENTENCES = {
  already_in_channel: "They are in this channel already.",
  already_pinned: "That message is pinned already.",
  already_reacted: "You have reacted with that already.",
  cant_archive_general: "This channel is everybody's: it cannot be archived.",
  cant_delete_message: "Only its author can delete that message.",
  cant_invite_self: "You are in this channel already.",
  cant_leave_general: "This channel is everybody's: one cannot leave it.",
  cant_update_message: "Only its author can edit that message.",
  channel_not_found: "That conversation does not exist, or you cannot see it.",
  dispatch_failed: "No app is connected to take this.",
  invalid_emoji: "There is no emoji of that name.",
  invalid_link: "Enter a web address that begins with http:// or https://.",
  invalid_name: "There is no emoji of that name.",
  invalid_name_maxlength: "A name has at most 80 characters.",
  invalid_name_punctuation: "A name needs at least one letter or digit.",
  invalid_name_required: "Give it a name.",
  invalid_name_specials: "Use lower-case letters, digits, hyphens and underscores only.",
  is_archived: "This channel is archived: unarchive it first.",
  message_not_found: "That message is gone.",
  name_taken: "That name is taken, perhaps by an archived channel.",
  no_text: "Write something first.",
  not_in_channel: "Join the channel first.",
  operation_timeout: "The app did not answer in time.",
  too_long: "That is too long for one message.",
  too_many_bookmarks: "This channel has all the bookmarks it may have.",
  too_many_pins: "This channel has all the pins it may have.",
  user_not_found: "There is nobody of that name.",
  view_not_found: "That window is closed already.",
};

/** A sentence for an answer that is not `ok` or was not acknowledged. */
export function explain(answer) {
  const bare = answer.error?.replaceAll("_", " ");
  const told = answer.message && answer.message !== bare ? answer.message : null;
  return (
    SENTENCES[answer.error] ??
    told ??
    (bare ? `The sandbox refused: ${bare}.` : "The sandbox did not answer.")
  );
}
