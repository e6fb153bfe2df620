'use strict';
/* The process phones.js starts: connects to argv[2], says so to its parent, and sends what the parent tells it to. */
const WebSocket = require('ws');

const ws = new WebSocket(process.argv[2]);
ws.on('open', () => process.send('connected'));
ws.on('error', (error) => {
    throw error;
});
process.on('message', (frame) => ws.send(JSON.stringify(frame)));
process.on('disconnect', () => process.exit(0)); /* the parent is gone */
