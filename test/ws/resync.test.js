'use strict';
/* Live push is only a hint (reliability.md P3, P4): clients lose their sockets at random while four people write, and
 * keep what they hear live plus what they ask for from their last number on. In the end each one's view is exactly
 * the server's history: nothing lost, nothing twice, nothing out of place. */
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { within, SLOW } = require('../harness/wait.js');

/* A reproducible stream of numbers in [0, n). */
function dice(seed) {
    let state = seed;
    return (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
}

class View {
    constructor(person, group, begin, random) {
        Object.assign(this, { person, group, begin, random, bySeq: new Map(), reconnects: 0, pushed: 0 });
    }

    /* What is held without a gap from the beginning on. */
    get have() {
        let seq = this.begin;
        while (this.bySeq.has(seq + 1)) seq++;
        return seq;
    }

    keep(message) {
        const { self, isRead, read, ...rest } = message;
        const known = this.bySeq.get(message.seq);
        if (known) assert.deepEqual(rest, known, 'one number, two messages');
        this.bySeq.set(message.seq, rest);
    }

    async catchUp() {
        for (;;) {
            const { items } = await this.person.history(this.group.id, {
                afterSeq: this.have,
                limit: 7 + this.random(40),
            });
            if (items.length === 0) return;
            items.forEach((one) => this.keep(one));
        }
    }

    take() {
        for (const frame of this.socket.frames.splice(0)) {
            if (frame.type !== 'text') continue;
            this.pushed++;
            this.keep(frame);
        }
    }

    /* Connect, catch up, listen for a while, lose the socket in some way, again. */
    async live(isOver) {
        while (!isOver()) {
            this.socket = await connect(this.person);
            this.reconnects++;
            await this.catchUp();
            const until = this.pushed + 1 + this.random(12);
            while (!isOver() && this.pushed < until) {
                await this.socket
                    .wait(() => this.socket.frames.length > 0 || isOver(), 'a message or the end')
                    .catch(() => {});
                this.take();
                if (this.socket.ended) break;
            }
            const way = this.random(3);
            if (way === 0) this.socket.drop();
            else if (way === 1) await this.socket.close();
            else this.socket.raw.socket.end();
            await this.socket.closed();
            this.take();
        }
        await this.catchUp();
    }
}

async function run(server, f, { crash }) {
    const people = await f.people('sync', 8);
    const group = await f.group(people[0], people.slice(1));
    let over = false;
    const begin = people.length - 1; /* that many came in */
    const views = people.slice(4).map((one, i) => new View(one, group, begin, dice(7 + i)));
    const lives = views.map((view) => view.live(() => over));
    const bodies = [];
    await within(
        Promise.all(
            people.slice(0, 4).map(async (one, who) => {
                for (let i = 0; i < 40 || (i < 500 && views.some((view) => view.reconnects < 5)); i++) {
                    bodies.push(`${who}:${i}`);
                    await one.say(group, `${who}:${i}`, { clientMsgId: `m-${i}` });
                }
            }),
        ),
        'four people to write',
        60000 * SLOW,
    );
    over = true;
    views.forEach((view) => view.socket?.wake());
    await Promise.all(lives);
    if (crash) {
        await server.kill9();
        await server.start();
    }
    const items = [];
    for (let page = 1; items.length === (page - 1) * 500; page++)
        items.push(...(await people[0].history(group.id, { sort: 'seq:asc', limit: 500, page })).items);
    assert.deepEqual(
        items.map((one) => one.seq),
        items.map((_, i) => i + 1),
    );
    const came = items.splice(0, begin);
    assert.deepEqual(
        came.map((one) => [one.type, JSON.parse(one.body).accountId]),
        people.slice(1).map((one) => ['groupJoin', one.id]),
    );
    assert.deepEqual(items.map((one) => one.body).sort(), bodies.sort());
    const truth = items.map(({ self, isRead, read, ...rest }) => rest);
    for (const view of views) {
        /* A message pushed live carries its sender's clientMsgId as the history does: all keys are compared. */
        assert.deepEqual(
            [...view.bySeq.keys()].sort((a, b) => a - b),
            truth.map((one) => one.seq),
            `${view.person.name}: what it holds`,
        );
        for (const one of truth) assert.deepEqual(view.bySeq.get(one.seq), one);
        assert.ok(view.reconnects >= 5, `${view.person.name} lost its socket ${view.reconnects} times only`);
        assert.ok(view.pushed > 0, `${view.person.name} heard nothing live`);
    }
}

for (const [name, listen] of [
    ['ws', '127.0.0.1:0'],
    ['wss', '127.0.0.1:0s'],
])
    test(`over ${name}, sockets lost at random: every view is the history`, async () => {
        const server = await startServer({ set: { listen } });
        try {
            const f = freeim(server);
            await run(server, f, { crash: false });
            await run(server, f, { crash: true });
        } finally {
            await server.stop();
        }
    });
