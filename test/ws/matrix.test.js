'use strict';
/* One conversation across all dialects: for each dialect somebody acts in, and each other one somebody looks from,
 * what the socket shows, what who was away reads afterwards, and what becomes of who is muted, blocked, thrown out, left without
 * a group or disabled. Made from the dialect table (harness/dialects.js); a cell is a subtest of its own name. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { dialects, openWorld, openPlace, sit, linesUntil, shown, closeSeats } = require('../harness/dialects.js');
const spec = require('../harness/spec.js');

/* What is done, in this order, and what is seen of it (harness/dialects.js, lines). told: on sockets; kept: afterwards
 * (as told, if not given); aside: on the socket of who has no part in it. called: what an operation for it would be called in endpoints.tsv, to hold a dialect that
 * claims to have none to it. */
const ACTIONS = {
    talk: {
        verb: 'talks',
        act: (c) => c.does('talk', 'hello 你好 😀'),
        told: ['sender: hello 你好 😀'],
    },
    type: {
        verb: 'types',
        called: /\/ws\b|typing|input/,
        async act(c) {
            await c.does('type', true);
            await c.does('type', false);
        },
        told: ['sender types', 'sender stops typing'],
        kept: [],
    },
    read: {
        verb: 'reads',
        called: /read/,
        async act(c) {
            await c.observer.does('talk', 'is it read?');
            c.wasRead = await c.isRead('is it read?');
            await c.does('read');
        },
        told: ['observer: is it read?', 'sender read'],
        aside: ['observer: is it read?'] /* only who wrote it learns that it was read */,
        kept: ['observer: is it read?'],
        async history(c) {
            if (c.wasRead === null) return;
            assert.equal(c.wasRead, false, 'read before anybody had');
            assert.equal(await c.isRead('is it read?'), true);
        },
    },
    recall: {
        verb: 'recalls',
        called: /revo|recall|DELETE .*message/,
        act: (c) => c.does('recall', 'oops'),
        told: ['sender: oops', 'sender took it back'],
        kept: ['sender took it back'],
    },
    edit: {
        verb: 'edits',
        called: /edit|PUT .*message/,
        act: (c) => c.does('edit', 'tyop', 'typo'),
        told: ['sender: tyop', 'sender edited: typo'],
        kept: ['sender edited: typo'],
    },
    join: { verb: 'lets somebody join', act: (c) => c.does('join', c.parts.newcomer), told: ['newcomer joined'] },
    leave: { verb: 'lets somebody leave', act: (c) => c.does('leave', c.parts.newcomer), told: ['newcomer left'] },
    mute: {
        verb: 'mutes',
        called: /mute|bann/,
        act: (c) => c.does('mute', c.parts.victim, true),
        told: ['victim muted'],
        /* And speaks again: it was that, and nothing else, that kept them silent. */
        async undo(c) {
            await c.does('mute', c.parts.victim, false);
            await c.victim.does('talk', 'free again');
            return ['victim unmuted', 'victim: free again'];
        },
    },
    block: {
        verb: 'blacklists',
        called: /bla\w*list/,
        async act(c) {
            const way = [c.dialects.observer, ...dialects].find((one) => can(one, 'direct'));
            await way.does.direct(c.victims.get(way), c.parts.sender, 'before');
            if (isSeen(c.dialects.observer)) await c.look();
            await c.does('block', c.parts.victim);
        },
        told: [] /* nobody is told */,
        /* In the group they stay as they were. */
        async undo(c) {
            await c.victim.does('talk', 'still here');
            return ['victim: still here'];
        },
    },
    kick: { verb: 'kicks', called: /kick/, act: (c) => c.does('kick', c.parts.victim), told: ['victim removed'], ends: 'victim' },
    disable: {
        verb: 'disables',
        called: /setUserStatus|disable/,
        act: (c) => c.does('disable', c.parts.victim),
        told: [],
        ends: 'victim',
    },
    disband: { verb: 'disbands', called: /dissolve|DELETE \S*\/group\//, act: (c) => c.does('disband'), told: ['ended'], ends: 'observer' },
};

let world;
const accounts = new Map();
const cells = { all: 0, passed: 0, wayless: 0 };

before(async () => {
    world = await openWorld();
    for (const dialect of dialects)
        for (const part of ['sender', 'observer', 'victim', 'absent', 'newcomer'])
            accounts.set(`${part} ${dialect.name}`, await world.account(dialect, part));
});
after(() => world?.server.stop());

const isSeen = (observer) => observer.unseen === undefined;
const can = (dialect, action) => typeof dialect.does[action] === 'function';

/* ---- one sender's dialect and one observer's ---- */

class Cast {
    constructor(sender, observer) {
        this.dialects = { sender, observer };
        const of = (part, dialect) => accounts.get(`${part} ${dialect.name}`);
        this.parts = { sender: of('sender', sender), newcomer: of('newcomer', sender) };
        for (const part of ['observer', 'victim', 'absent']) this.parts[part] = of(part, observer);
        this.memory = {};
        this.marks = 0;
    }

    async open() {
        const { sender, observer } = this.dialects;
        this.place = await openPlace(world, sender, `${sender.name}-${observer.name}`, this.parts);
        this.seats = { sender: await sit(sender, this.parts.sender, this.place) };
        for (const part of ['observer', 'victim']) this.seats[part] = await sit(observer, this.parts[part], this.place);
        /* Who is to be kept out tries it in every dialect: any of them lets any account in. */
        this.victims = new Map([[observer, this.seats.victim]]);
        for (const other of dialects.filter((one) => one !== observer))
            this.victims.set(other, await sit(other, this.parts.victim, this.place));
        const doer = (part) => ({ does: (action, ...rest) => observer.does[action](this.seats[part], ...rest) });
        [this.observer, this.victim] = [doer('observer'), doer('victim')];
        if (!isSeen(observer)) return;
        await this.look();
    }

    does(action, ...rest) {
        return this.dialects.sender.does[action](this.seats.sender, ...rest);
    }

    isRead(text) {
        const { isRead } = this.dialects.observer;
        return isRead ? isRead(this.seats.observer, text) : null;
    }

    /* Everything the sockets of observer and victim got since the last time, and what who was away reads: each up to a
     * text of the observer's own, who says it now. */
    async look() {
        const { observer } = this.dialects;
        const text = `mark ${++this.marks}`;
        const mark = `observer: ${text}`;
        await this.observer.does('talk', text);
        const past = await observer.past(this.parts.absent, this.place, this.memory, mark);
        assert.equal(past.pop(), mark, 'what is said last stands last');
        const seen = { past };
        for (const part of ['observer', 'victim'])
            if (!this.seats[part].gone) seen[part] = await linesUntil(observer, this.seats[part], mark);
        return seen;
    }

    close() {
        return closeSeats(...Object.values(this.seats), ...this.victims.values());
    }
}

const want = (cast, view, lines) => shown(cast.dialects.observer, view, lines);

/* ---- cells ---- */

async function cell(t, name, fn) {
    cells.all++;
    await t.test(name, async () => {
        await fn();
        cells.passed++;
    });
}

/* What who is cut off hears last, and the code their socket ends with, if the dialect ends it. */
async function checkEnd(cast, part, name, action) {
    const { observer } = cast.dialects;
    const seat = cast.seats[part];
    const end = observer.ends[name];
    seat.gone = true;
    if (!end) {
        assert.deepEqual(await observer.rest(seat), want(cast, 'socket', action.told), `${part}'s socket`);
        return;
    }
    const lines = [];
    while (lines.at(-1) !== end.line) lines.push(await observer.line(seat));
    assert.deepEqual(lines.filter(Boolean), [end.line], `${part}'s socket`);
    assert.equal(await seat.socket.closed(), end.code);
}

async function seenCells(t, cast, name, action) {
    const { sender, observer } = cast.dialects;
    const title = `${sender.name} ${action.verb}: ${observer.name}'s`;
    const isOver = action.ends === 'observer';
    let seen = null, fault = null;
    try {
        await action.act(cast);
        if (!isOver) {
            if (action.ends === 'victim') await checkEnd(cast, 'victim', name, action);
            seen = await cast.look();
        }
    } catch (error) {
        fault = error;
    }
    await cell(t, `${title} socket`, async () => {
        if (fault) throw fault;
        if (isOver) return checkEnd(cast, 'observer', name, action);
        assert.deepEqual(seen.observer, want(cast, 'socket', action.told), "observer's socket");
        if (seen.victim) assert.deepEqual(seen.victim, want(cast, 'socket', action.aside || action.told), "victim's socket");
    });
    await cell(t, `${title} history`, async () => {
        if (fault) throw fault;
        if (isOver) return observer.refuses.disband(cast.seats.observer);
        assert.deepEqual(seen.past, want(cast, 'past', action.kept || action.told));
        await action.history?.(cast);
    });
}

/* What was set in one dialect holds in the others: refused in the words of each, and nothing of it stored. */
async function heldCell(t, cast, name, action, seat, dialect) {
    const { sender, observer } = cast.dialects;
    const refuse = dialect.refuses[name];
    if (typeof refuse === 'string') return void cells.wayless++;
    const whose = dialect === observer ? '' : `, of who came by ${observer.name}`;
    await cell(t, `${sender.name} ${action.verb}: held to in ${dialect.name}${whose}`, async () => {
        const before = await world.stored();
        await refuse(seat, cast.parts.sender);
        assert.equal(await world.stored(), before, 'nothing was stored');
    });
}

async function heldCells(t, cast, name, action) {
    const { sender, observer } = cast.dialects;
    if (action.ends === 'observer') return heldCell(t, cast, name, action, cast.seats.observer, observer);
    for (const [dialect, seat] of cast.victims) await heldCell(t, cast, name, action, seat, dialect);
    if (!action.undo) return;
    await cell(t, `${sender.name} ${action.verb}: nothing else kept them out of ${observer.name}`, async () => {
        const before = await world.stored();
        const lines = await action.undo(cast);
        assert.equal(await world.stored(), before + lines.length);
        if (isSeen(observer)) assert.deepEqual((await cast.look()).observer, want(cast, 'socket', lines));
    });
}

async function playAction(t, cast, name) {
    const { sender, observer } = cast.dialects;
    const action = ACTIONS[name];
    if (!can(sender, name) || !isSeen(observer)) cells.wayless += 2;
    if (!can(sender, name)) return;
    if (isSeen(observer)) await seenCells(t, cast, name, action);
    else if (name !== 'read') await action.act(cast);
    if (observer.refuses[name] !== undefined) await heldCells(t, cast, name, action);
}

/* Whom node disables is of no use to anybody after: those who disable come last. */
const senders = [...dialects].sort((a, b) => can(a, 'disable') - can(b, 'disable'));

for (const sender of senders) {
    for (const observer of dialects.filter((one) => one !== sender))
        test(`${sender.name} to ${observer.name}`, async (t) => {
            const cast = new Cast(sender, observer);
            await cast.open();
            for (const name of Object.keys(ACTIONS)) await playAction(t, cast, name);
            await cast.close();
        });

    /* Who claims to have no way is held to the document. */
    const rows = spec.endpoints.filter((one) => one.dialect === sender.name).map((one) => one.row);
    if (!isSeen(sender))
        test(`${sender.name} has no way: to look - ${sender.unseen}`, () =>
            assert.deepEqual(rows.filter((row) => /^WS |^GET .*(message|history)/.test(row)), []));
    for (const [name, action] of Object.entries(ACTIONS))
        if (!can(sender, name))
            test(`${sender.name} has no way: ${name} - ${sender.does[name]}`, () => {
                assert.ok(sender.does[name].length > 10, 'the reason stands in the table');
                assert.deepEqual(rows.filter((row) => action.called.test(row)), [], 'the document has an operation for it');
            });
}

test('the whole matrix', () => {
    console.log(`matrix: ${cells.passed} cells of ${cells.all}; ${cells.wayless} more have no way by their documents`);
    assert.equal(cells.passed, cells.all);
    /* Every dialect meets every other one in at least talking. */
    const pairs = dialects.length * (dialects.length - 1);
    assert.ok(cells.all >= 2 * pairs, 'the loops have run');
});
