'use strict';
/* A freeim socket as a well-behaved client has it: JSON frames, pings answered, every frame held against its schema. */
const assert = require('node:assert/strict');
const { OP, open } = require('./rawws.js');
const { checkFrame } = require('./spec.js');
const { DEADLINE_MS, within } = require('./wait.js');

class ChatSocket {
    constructor(raw) {
        this.raw = raw;
        this.frames = [];
        this.closeCode = null;
        this.waiting = [];
        this.fault = null;
        this.reading = this.read();
    }

    /* Reads for as long as the connection lives; what is wrong with a frame is told by the next wait. */
    async read() {
        for (;;) {
            const frame = await this.raw.next('anything', 3600000);
            if (frame === null) break;
            if (frame.opcode === OP.TEXT) this.take(frame.payload.toString('utf8'));
            if (frame.opcode === OP.CLOSE) {
                this.closeCode = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 0;
                await this.raw.send({ opcode: OP.CLOSE, payload: frame.payload });
            }
            this.wake();
        }
        if (this.closeCode === null) this.closeCode = 1006;
        this.ended = true;
        this.wake();
    }

    /* For subclasses, where frames are otherwise. */
    parse(text) {
        return JSON.parse(text);
    }
    check(frame) {
        checkFrame(frame);
    }

    take(text) {
        try {
            const frame = this.parse(text);
            this.check(frame);
            this.frames.push(frame);
        } catch (error) {
            this.fault = this.fault || error;
        }
    }

    wake() {
        for (const resolve of this.waiting.splice(0)) resolve();
    }

    async wait(test, what, ms = DEADLINE_MS) {
        const end = Date.now() + ms;
        for (;;) {
            if (this.fault) throw this.fault;
            const got = test();
            if (got) return got;
            if (this.ended) throw new Error(`the socket closed (${this.closeCode}) before: ${what}`);
            if (Date.now() >= end)
                throw new Error(
                    `waited ${ms} ms in vain: ${what}; seen: ${JSON.stringify(this.frames).slice(0, 1000)}`,
                );
            await within(new Promise((resolve) => this.waiting.push(resolve)), what, end - Date.now()).catch(() => {});
        }
    }

    /* The first frame (taken out) that fits: {type: 'input', ...} compares keys, a function decides. */
    frame(like, what, ms) {
        const fits =
            typeof like === 'function'
                ? like
                : (one) => Object.entries(like).every(([key, value]) => one[key] === value);
        return this.wait(
            () => {
                const at = this.frames.findIndex(fits);
                return at < 0 ? null : this.frames.splice(at, 1)[0];
            },
            what || JSON.stringify(like),
            ms,
        );
    }

    /* Nothing that fits has come. Sends a ping frame and waits for its answer first: frames keep their order, so what
     * had been sent before is here by then. */
    async none(like, what) {
        await this.roundTrip();
        const fits = (one) => Object.entries(like).every(([key, value]) => one[key] === value);
        assert.equal(this.frames.find(fits), undefined, what || `a frame like ${JSON.stringify(like)}`);
    }

    async roundTrip() {
        await this.send({ type: 'ping' });
        await this.frame({ type: 'ping' }, 'the answer to a ping frame');
    }

    send(value) {
        return this.raw.text(value);
    }

    /* Waits for the end; the code it came with. */
    async closed(ms = DEADLINE_MS) {
        await within(this.reading, 'the socket to close', ms);
        if (this.fault) throw this.fault;
        return this.closeCode;
    }

    async close() {
        await this.raw.close(1000);
        return this.closed();
    }

    drop() {
        this.raw.destroy();
        return this.reading;
    }
}

/* The socket of a person (client.js), counted in by the server. */
async function connect(person, options = {}) {
    return new ChatSocket(await open(person.server, person.token, options));
}

module.exports = { connect, ChatSocket };
