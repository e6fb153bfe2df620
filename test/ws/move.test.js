'use strict';
/* reBalance (api/node.md, facts/room-and-node.md 9): so many connected clients are told to go elsewhere, each in the
 * words of its dialect, and are closed so that they come back. What is said meanwhile is all there after a resync. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { togetherchat, connect: connectTogether } = require('../harness/togetherchat.js');
const { connect } = require('../harness/chat.js');
const { Service } = require('../harness/node.js');
const { until } = require('../harness/wait.js');

const MOVE = 'POST /reBalance/handler';
const CLIENTS = 120;
const MOVED = 50;
const HOST = 'chat2.example:8443';

let server, f, service;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 node'], max_sockets: 300 } });
    f = freeim(server);
    service = new Service(server);
});
after(() => server?.stop());

/* A client that connects again, as real ones do, whenever its socket closes with anything but 1000. */
class Client {
    constructor(person) {
        this.person = person;
        this.codes = [];
        this.moves = [];
    }

    async open() {
        this.socket = await connect(this.person);
        this.watching = this.watch(this.socket);
    }

    async watch(socket) {
        const code = await socket.closed(3600000);
        this.codes.push(code);
        this.moves.push(...socket.frames.filter((one) => one.type === 'move'));
        if (code !== 1000) await this.open();
    }
}

test('50 of 120 clients are moved, come back, and miss nothing', async () => {
    const people = await f.people('mover', CLIENTS);
    const [owner, ...others] = people;
    const group = await f.group(owner, others.slice(0, 3));
    const last = others[2]; /* the people of the group are the oldest: they are among those who go */
    const clients = people.map((one) => new Client(one));
    for (const client of clients) await client.open();
    assert.equal(await service.ok('GET /getOnlineUserCount'), CLIENTS);

    const said = [];
    let talking = true;
    const talk = (async () => {
        while (talking || said.length < 40) said.push((await owner.say(group, `message ${said.length}`)).seq);
    })();
    await until(() => said.length >= 5, 'the talk to begin');
    await service.ok(MOVE, { query: { host: HOST, reBalanceNumber: MOVED } });
    await until(() => clients.reduce((sum, one) => sum + one.codes.length, 0) === MOVED, '50 sockets to close');
    await until(async () => (await service.ok('GET /getOnlineUserCount')) === CLIENTS, 'everybody to be back', 20000);
    talking = false;
    await talk;

    const moved = clients.filter((one) => one.codes.length > 0);
    assert.equal(moved.length, MOVED);
    for (const client of moved) {
        assert.deepEqual(client.codes, [1012]);
        assert.deepEqual(client.moves.map((one) => JSON.parse(one.body)), [{ host: HOST }]);
    }
    for (const one of [owner, others[0], last]) {
        const { items } = await one.history(group, { afterSeq: 0, limit: 500, sort: 'seq:asc' });
        const texts = items.filter((item) => item.type === 'text');
        assert.deepEqual(texts.map((item) => item.body), said.map((_, i) => `message ${i}`));
        assert.deepEqual(items.map((item) => item.seq), items.map((_, i) => items[0].seq + i), 'no gap');
    }

    /* As many as there are, or more, and none at all: nobody goes. */
    for (const reBalanceNumber of [CLIENTS, CLIENTS + 1, 0, -3])
        await service.ok(MOVE, { query: { host: HOST, reBalanceNumber } });
    for (const client of clients.slice(0, 3)) await client.socket.none({ type: 'move' });
    assert.equal(clients.reduce((sum, one) => sum + one.codes.length, 0), MOVED);
    /* The next move takes others: those who came back are the newest now. */
    await service.ok(MOVE, { query: { host: HOST, reBalanceNumber: CLIENTS - MOVED } });
    await until(() => clients.every((one) => one.codes.length === 1), 'everybody to have moved once');
    await until(async () => (await service.ok('GET /getOnlineUserCount')) === CLIENTS, 'everybody to be back', 20000);
    for (const client of clients) {
        await client.socket.close();
        await client.watching;
    }
});

test('togetherchat hears it in a frame of its own, and is closed with 1012', async () => {
    const [bob] = await f.people('stays', 1);
    const [alice] = await togetherchat(server).people('goes', 1);
    const socket = await connectTogether(alice);
    const stays = await connect(bob);
    await service.ok(MOVE, { query: { host: HOST, reBalanceNumber: 1 } });
    await socket.frame(110, { host: HOST });
    assert.equal(await socket.closed(), 1012);
    await stays.none({ type: 'move' });
    await stays.close();
});
