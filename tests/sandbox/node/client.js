// An app on Slack's Node SDK. It says what it does as one JSON object per line on stdout:
//   /poll QUESTION opens a modal; its submission posts the question with a button;
//   the button's click edits the message and counts the channel's history page by page.
import { SocketModeClient } from "@slack/socket-mode";
import { WebClient } from "@slack/web-api";

const { SLACK_API_URL: slackApiUrl, BOT_TOKEN, APP_TOKEN } = process.env;
const web = new WebClient(BOT_TOKEN, { slackApiUrl });
const socket = new SocketModeClient({ appToken: APP_TOKEN, clientOptions: { slackApiUrl } });

const say = (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`);
const plain = (text) => ({ type: "plain_text", text });

function questionForm(channel, question) {
  return {
    type: "modal",
    callback_id: "poll",
    private_metadata: channel,
    title: plain("New poll"),
    submit: plain("Ask"),
    blocks: [
      {
        type: "input",
        block_id: "question",
        label: plain("Question"),
        element: { type: "plain_text_input", action_id: "text", initial_value: question },
      },
    ],
  };
}

async function countHistory(channel) {
  let pages = 0;
  const texts = [];
  for await (const page of web.paginate("conversations.history", { channel, limit: 3 })) {
    pages += 1;
    texts.push(...page.messages.map((message) => message.text));
  }
  return { pages, texts };
}

socket.on("slash_commands", async ({ ack, body }) => {
  await ack({ text: `Asking: ${body.text}` });
  const opened = await web.views.open({
    trigger_id: body.trigger_id,
    view: questionForm(body.channel_id, body.text),
  });
  say({ did: "opened", view: opened.view.id });
});

async function submitted(ack, { view }) {
  const question = view.state.values.question.text.value;
  if (!question.endsWith("?")) {
    await ack({ response_action: "errors", errors: { question: "End with a question mark." } });
    say({ did: "refused" });
    return;
  }
  await ack();
  const posted = await web.chat.postMessage({
    channel: view.private_metadata,
    text: question,
    blocks: [
      { type: "section", block_id: "q", text: { type: "mrkdwn", text: question } },
      {
        type: "actions",
        block_id: "a",
        elements: [{ type: "button", action_id: "close", text: plain("Close"), value: "now" }],
      },
    ],
  });
  say({ did: "posted", ts: posted.ts, channel: posted.channel });
}

async function clicked(ack, { channel, message, actions }) {
  await ack();
  await web.chat.update({ channel: channel.id, ts: message.ts, text: "Closed", blocks: [] });
  say({ did: "closed", value: actions[0].value, ...(await countHistory(channel.id)) });
}

const interactions = { view_submission: submitted, block_actions: clicked };
socket.on("interactive", ({ ack, body }) => interactions[body.type](ack, body));
socket.on("app_mention", async ({ ack, event }) => {
  await ack();
  say({ did: "heard", text: event.text });
});

async function leave() {
  await socket.disconnect();
  process.exit(0);
}
process.on("SIGTERM", leave);

const me = await web.auth.test();
await socket.start();
say({ did: "ready", user: me.user_id });
