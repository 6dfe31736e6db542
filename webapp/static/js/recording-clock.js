// A worker's clock: it goes on when the page lies behind others, where a page's own timers hardly tick.
setInterval(() => postMessage(0), 100);
