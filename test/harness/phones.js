'use strict';
/* Sockets of people who call, over the npm package ws: a second implementation reads our frames, and it runs in other
 * processes too (phone_process.js). */
const { fork } = require('node:child_process');
const path = require('node:path');
const WebSocket = require('ws');
const { ChatSocket } = require('./chat.js');
const { OP } = require('./rawws.js');
const { TogetherSocket } = require('./togetherchat.js');
const { within } = require('./wait.js');

/* A ws socket as ChatSocket reads one: frames in order, then null. */
class Line {
    constructor(ws) {
        this.ws = ws;
        this.waiting = [];
        this.frames = [];
        ws.on('message', (data) => this.put({ opcode: OP.TEXT, payload: data }));
        ws.on('close', (code) => {
            const payload = Buffer.alloc(2);
            payload.writeUInt16BE(code);
            this.put(code === 1006 ? null : { opcode: OP.CLOSE, payload });
            this.put(null);
        });
        ws.on('error', () => {});
    }

    put(frame) {
        const resolve = this.waiting.shift();
        if (resolve) resolve(frame);
        else this.frames.push(frame);
    }

    next() {
        if (this.frames.length > 0) return Promise.resolve(this.frames.shift());
        return new Promise((resolve) => this.waiting.push(resolve));
    }

    async text(value) {
        this.ws.send(typeof value === 'string' ? value : JSON.stringify(value));
    }

    async send() {} /* ws answers a Close by itself */

    async close(code) {
        this.ws.close(code);
    }

    destroy() {
        this.ws.terminate();
    }
}

/* A freeim socket: frame(), none() and the rest of ChatSocket, and short words for calls. */
class Phone extends ChatSocket {
    /* One frame about a call; more: toId, body (an object becomes JSON text). */
    say(type, callId, more = {}) {
        const body = more.body !== undefined && typeof more.body !== 'string' ? JSON.stringify(more.body) : more.body;
        return this.send({ ope: 'call', type, callId, ...more, ...(body === undefined ? {} : { body }) });
    }

    /* The next frame of that type about a call; its body parsed as .said. */
    async hear(type, callId, more = {}) {
        const frame = await this.frame({ ope: 'call', type, callId, ...more }, `${type} of call ${callId}`);
        return { ...frame, said: frame.body === '' ? null : JSON.parse(frame.body) };
    }

    /* The server refuses a frame of ours with that error. */
    async refused(error, type, callId) {
        const frame = await this.frame({ type: 'error' }, `${error} for ${type} of call ${callId}`);
        const said = JSON.parse(frame.body);
        if (said.error !== error || said.type !== type || said.callId !== callId)
            throw new Error(`refused with ${frame.body}, not ${error} for ${type} of call ${callId}`);
    }
}

async function phone(person) {
    const ws = new WebSocket(`${person.server.wsUrl}/api/v1/ws?t=${encodeURIComponent(person.token)}`);
    const made = new Phone(new Line(ws));
    await made.frame({ type: 'ping' }, 'the greeting');
    return made;
}

/* A phone in a process of its own, which sends frames once it is connected and then only listens: for being killed. */
async function phoneProcess(person, frames, at = '/api/v1/ws?t=') {
    const child = fork(path.join(__dirname, 'phone_process.js'), [person.server.wsUrl + at + person.token], {
        stdio: 'ignore',
    });
    const heard = new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code) => reject(new Error(`the phone's process ended with ${code}`)));
    });
    await within(heard, 'a phone in another process to connect');
    for (const frame of frames) child.send(frame);
    return child;
}

/* The same for a person of togetherchat: TogetherSocket, and frames as its real client sends them, flat. */
class TogetherPhone extends TogetherSocket {
    flat(type, meetId, more = {}) {
        return this.sendRaw({ type, sourceId: null, targetId: null, meetId, key: '946f5dfcf4534088', ...more });
    }

    /* The data of the next frame of that type about a call. */
    hear(type, meetId, more = {}) {
        return this.frame(type, { meetId, ...more });
    }

    async refused(errCode, type) {
        await this.frame(103, { type, errCode });
    }
}

async function togetherPhone(person) {
    const made = new TogetherPhone(new Line(new WebSocket(`${person.server.wsUrl}/capi/ws?token=${person.token}`)));
    await made.frame(2);
    return made;
}

module.exports = { phone, togetherPhone, phoneProcess };
