// An event of the page in one request (ui/relay.py), asked again when its answer is cut, so that no process matters.
// Gradio asks twice: once to be given a number, once for a stream of what comes of all its numbers. Both are answered
// here: the first sends the event to the server, whose answer is its stream; the second is never sent, and given the
// messages of every stream. Gradio never learns of a process that died: it would load the page anew and lose it all.
"use strict";
(() => {
  const reach = window.fetch.bind(window);
  const PAUSES = [250, 500, 1000, 2000, 4000, ...Array(14).fill(8000)]; // ms: two minutes, a service that starts again
  const TURNS = 6; // times that one event is asked: one whose answer is cut each time is not asked for ever
  const AWAY = [502, 504]; // what a balancer says of a process that is gone
  const going = new Map(); // our number of an event -> what stops it
  const encoder = new TextEncoder();
  let page = null; // where Gradio reads its messages
  let kept = []; // those that came before it read
  let count = 0;

  const said = (name) => document.querySelector("#words")?.dataset[name] ?? "";
  const plain = (content) => new Response(JSON.stringify(content), { headers: { "content-type": "application/json" } });

  function tell(message) {
    const line = encoder.encode(`data: ${JSON.stringify(message)}\n\n`);
    if (page) page.enqueue(line);
    else kept.push(line);
  }

  function listen(signal) {
    const stream = new ReadableStream({
      start(controller) {
        page = controller;
        kept.forEach((line) => page.enqueue(line));
        kept = [];
      },
      cancel() { page = null; },
    });
    signal?.addEventListener("abort", () => { page = null; });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  function pause(time, signal) {
    return new Promise((done) => {
      setTimeout(done, time);
      signal.addEventListener("abort", done);
    });
  }

  // The answer of a process that is there; the last failure once there was none for two minutes.
  async function answered(url, init, signal) {
    for (let n = 0; ; n++) {
      try {
        const answer = await reach(url, { ...init, signal });
        if (!AWAY.includes(answer.status) || n === PAUSES.length) return answer;
      } catch (error) {
        if (signal.aborted || n === PAUSES.length) throw error;
      }
      if (n > 1) notice("waiting");
      await pause(PAUSES[n], signal);
    }
  }

  async function* messages(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) if (block.startsWith("data:")) yield JSON.parse(block.slice(5));
    }
  }

  async function join(url, init) {
    const stop = new AbortController();
    const answer = await answered(url, init, stop.signal);
    notice();
    if (!answer.ok) return answer;
    const event = `event-${++count}`;
    going.set(event, stop);
    follow(event, url, init, answer, stop.signal);
    return plain({ event_id: event });
  }

  // Gives Gradio what comes of an event, to its end.
  async function follow(event, url, init, answer, signal) {
    let shown = false; // whether Gradio holds values that the next ones are changes of
    for (let turn = 1; ; turn++) {
      try {
        let first = true; // the first values of a stream are whole
        for await (const message of messages(answer)) {
          if (message.msg === "unexpected_error") break; // a process that is stopping
          if (!message.event_id) continue;
          if (message.msg === "process_generating" && message.success && message.output?.data) {
            if (first && shown) message.output.data = message.output.data.map((value) => [["replace", [], value]]);
            first = false;
            shown = true;
          }
          tell({ ...message, event_id: event });
          if (message.msg === "process_completed") return ended(event);
        }
      } catch (error) {
        console.warn(error);
      }
      if (signal.aborted) return;
      notice("again");
      try {
        if (turn === TURNS) throw new Error("cut each time");
        await pause(PAUSES[turn], signal);
        answer = await answered(url, init, signal);
        if (!answer.ok) throw new Error(answer.status);
        notice("again");
      } catch (error) {
        if (signal.aborted) return;
        const output = { error: said("lost") };
        tell({ msg: "process_completed", event_id: event, success: false, title: said("error"), output });
        return ended(event);
      }
    }
  }

  function ended(event) {
    going.delete(event);
    notice();
  }

  // Closing the request stops the work, wherever it is done.
  function cancel(init) {
    const { event_id: event } = JSON.parse(init.body);
    const stop = going.get(event);
    if (stop) {
      stop.abort();
      tell({ msg: "process_completed", event_id: event, success: true, output: {} });
      ended(event);
    }
    return plain({ success: true });
  }

  // One line at the foot of the page while something is asked again; nothing without a name.
  function notice(name) {
    let line = document.querySelector("#again");
    if (!line) {
      if (!name) return;
      line = document.createElement("p");
      line.id = "again";
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.textContent = name ? said(name) : "";
    line.hidden = !name;
  }

  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const [, path] = url.origin === location.origin ? url.pathname.split("/gradio_api/") : [];
    if (path === "queue/join") return join(url, init);
    if (path === "queue/data") return listen(init?.signal);
    if (path === "cancel") return cancel(init);
    if (path === "reset") return plain({ success: true });
    return reach(input, init);
  };
})();
