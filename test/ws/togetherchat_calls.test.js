'use strict';
/* Calls as togetherchat's real client makes them (facts 2.4, 4.3, 4.4), its errors, and calls between people of two
 * dialects. Frames and answers are held against test/spec as they arrive. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { togetherchat } = require('../harness/togetherchat.js');
const { phone, togetherPhone, phoneProcess } = require('../harness/phones.js');

const [ENTER, OFFER, ANSWER, CANDIDATE, LEAVE, END, JOIN, REJECT, CANCEL, ELSEWHERE] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 104];

let server, t, f;
before(async () => {
    server = await startServer({ set: { call_grace_seconds: 60 } }); /* slow machines lose nobody */
    t = togetherchat(server);
    f = freeim(server);
});
after(() => server?.stop());

const closeAll = (...phones) => Promise.all(phones.map((one) => one.close()));

/* What the real client sends (facts 2.4). */
async function initiate(who, others, more = {}) {
    const receiverId = [].concat(others).map((one) => one.id);
    const sessionType = receiverId.length === 1 ? 1 : 2;
    const body = { callerId: who.id, receiverId, type: JOIN, callType: 2, sessionType, subject: '一对一通话', ...more };
    return (await who.ok('POST /call/initiate', body)).sessionId;
}

const history = async (who, id) => (await who.ok('POST /call/history')).find((one) => one.sessionId === id);
const description = (type, sdp) => ({ description: { type, sdp: `v=0\r\ns=${sdp} \u4f60\u{1f600}\r\n` } });
const candidate = (n) => ({
    candidate: {
        candidate: `candidate:${n} 1 udp 2122260223 192.168.1.2 ${50000 + n} typ host`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: 'Bz/9',
    },
});

async function talking(stem) {
    const [alice, bob] = await t.people(stem, 2);
    const [atAlice, atBob] = [await togetherPhone(alice), await togetherPhone(bob)];
    const id = await initiate(alice, bob);
    await atBob.hear(JOIN, id);
    await atBob.flat(ENTER, id);
    await atAlice.hear(ENTER, id);
    return { alice, bob, atAlice, atBob, id };
}

describe('a call as the real client makes it', () => {
    test('initiate, join, enter, offer, answer, candidates, leave', async () => {
        const [alice, bob] = await t.people('pair', 2);
        const [atAlice, atBob] = [await togetherPhone(alice), await togetherPhone(bob)];
        const id = await initiate(alice, bob);
        const ring = await atBob.hear(JOIN, id);
        assert.deepEqual(
            [ring.sourceId, ring.targetId, ring.userId, ring.userName, ring.callType, ring.sessionType, ring.subject],
            [alice.id, bob.id, alice.id, alice.name, 2, 1, '一对一通话'],
        );
        assert.deepEqual((await history(alice, id)).status, 0);
        await atAlice.flat(JOIN, id, { sourceId: alice.id }); /* the client rings itself; the server has already */
        await atBob.hear(JOIN, id, { sourceId: alice.id });

        /* A client that has lost its own id, or lies about it, is who its token says (facts 5.2.3). */
        await atBob.flat(ENTER, id, { sourceId: alice.id, userId: 1, userName: 'somebody', userAvatar: 'x' });
        const entered = await atAlice.hear(ENTER, id);
        assert.deepEqual(
            [entered.sourceId, entered.userId, entered.userName, entered.userAvatar],
            [bob.id, bob.id, bob.name, ''],
        );
        await atBob.frame(ELSEWHERE, { meetId: id, action: 'enter' });
        assert.deepEqual((await history(bob, id)).status, 1);

        await atAlice.flat(OFFER, id, { targetId: bob.id, key: 'aaaabbbbccccdddd', ...description('offer', 'a') });
        const offer = await atBob.hear(OFFER, id);
        assert.deepEqual([offer.sourceId, offer.targetId, offer.key], [alice.id, bob.id, 'aaaabbbbccccdddd']);
        assert.deepEqual(offer.description, description('offer', 'a').description);
        const answer = { targetId: String(alice.id), meetId: id, ...description('answer', 'b') };
        await atBob.send(ANSWER, answer); /* wrapped */
        assert.deepEqual((await atAlice.hear(ANSWER, id)).description, answer.description);
        await atBob.send(CANDIDATE, JSON.stringify({ targetId: alice.id, meetId: String(id), ...candidate(1) })); /* as text */
        assert.deepEqual((await atAlice.hear(CANDIDATE, id)).candidate, candidate(1).candidate);
        for (let i = 0; i < 20; i++) await atAlice.flat(CANDIDATE, id, { targetId: bob.id, ...candidate(i) });
        await atAlice.flat(CANDIDATE, id, { targetId: bob.id, candidate: null });
        for (let i = 0; i < 20; i++)
            assert.deepEqual((await atBob.hear(CANDIDATE, id)).candidate, candidate(i).candidate);
        assert.equal((await atBob.hear(CANDIDATE, id)).candidate, null);

        await atBob.flat(LEAVE, id);
        await atAlice.hear(LEAVE, id, { sourceId: bob.id });
        for (const device of [atAlice, atBob])
            assert.equal((await device.hear(CANCEL, id, { sourceId: bob.id })).state, 'answered');
        const [mine, theirs] = [await history(alice, id), await history(bob, id)];
        assert.deepEqual(mine, theirs); /* own outgoing calls are there too */
        assert.deepEqual(
            [mine.callType, mine.creatorId, mine.subject, mine.status],
            [2, alice.id, '一对一通话', 2],
        );
        assert.ok(Date.parse(mine.endTime) >= Date.parse(mine.createTime));
        await closeAll(atAlice, atBob);
    });

    test('the host ends it three ways at once, as the client does', async () => {
        const { alice, atAlice, atBob, id } = await talking('host');
        await atAlice.flat(CANCEL, id);
        await alice.refused('POST /call/cancel', { callerId: alice.id, sessionId: id, cancelReason: 1 }, 6001, '通话已结束');
        await atAlice.flat(LEAVE, id);
        await atBob.hear(CANCEL, id, { sourceId: alice.id });
        await atAlice.none(103);
        await closeAll(atAlice, atBob);
    });

    test('reject and END', async () => {
        const [alice, bob] = await t.people('no', 2);
        const [atAlice, atBob, tablet] = [await togetherPhone(alice), await togetherPhone(bob), await togetherPhone(bob)];
        let id = await initiate(alice, bob);
        await atBob.flat(REJECT, id, { targetId: alice.id });
        assert.equal((await atAlice.hear(REJECT, id, { sourceId: bob.id })).state, 'declined');
        await tablet.frame(ELSEWHERE, { meetId: id, action: 'reject' });
        assert.equal((await atAlice.hear(CANCEL, id)).state, 'declined');
        id = await initiate(alice, bob);
        await atAlice.flat(END, id);
        assert.equal((await atBob.hear(CANCEL, id)).state, 'cancelled');
        await closeAll(atAlice, atBob, tablet);
    });

    test('a device that connects while it rings is rung; expireTime ends the ring', async () => {
        const [alice, bob] = await t.people('late', 2);
        const atAlice = await togetherPhone(alice);
        const expireTime = Date.now() + 3000;
        const id = await initiate(alice, bob, { expireTime });
        const atBob = await togetherPhone(bob);
        const rings = (await atBob.hear(JOIN, id)).expireTime;
        assert.ok(Math.abs(rings - expireTime) <= 5, `${rings} is not ${expireTime}`);
        assert.equal((await atBob.hear(CANCEL, id)).state, 'missed');
        assert.equal((await atAlice.hear(REJECT, id, { sourceId: bob.id })).state, 'missed');
        assert.ok(Date.now() >= expireTime);
        assert.equal((await history(alice, id)).status, 2);
        await closeAll(atAlice, atBob);
    });

    test("the caller's process is killed and the callee learns of it", async () => {
        const quick = await startServer({ set: { call_grace_seconds: 1 } });
        try {
            const g = togetherchat(quick);
            const [alice, bob] = await g.people('killed', 2);
            const [atAlice, atBob] = [await togetherPhone(alice), await togetherPhone(bob)];
            const id = await initiate(alice, bob);
            await atBob.flat(ENTER, id);
            await atAlice.hear(ENTER, id);
            const other = await phoneProcess(alice, [{ type: ENTER, meetId: id }], '/capi/ws?token=');
            await atBob.hear(ENTER, id, { sourceId: alice.id });
            other.kill('SIGKILL');
            await atBob.hear(LEAVE, id, { sourceId: alice.id });
            await atBob.hear(CANCEL, id);
            await closeAll(atAlice, atBob);
        } finally {
            await quick.stop();
        }
    });

    test('three in a meeting: everybody in offers to who enters; only its creator ends it', async () => {
        const [alice, bob, carol] = await t.people('meet', 3);
        const phones = [await togetherPhone(alice), await togetherPhone(bob), await togetherPhone(carol)];
        const [atAlice, atBob, atCarol] = phones;
        const id = await initiate(alice, [bob, carol], { subject: '群聊会议' });
        await atBob.flat(ENTER, id);
        await atAlice.hear(ENTER, id, { sourceId: bob.id });
        await atCarol.flat(ENTER, id);
        for (const device of [atAlice, atBob]) {
            await device.hear(ENTER, id, { sourceId: carol.id });
            await device.flat(OFFER, id, { targetId: carol.id, ...description('offer', 'x') });
        }
        for (const one of [alice, bob]) await atCarol.hear(OFFER, id, { sourceId: one.id });
        await bob.refused('POST /call/cancel', { sessionId: id }, 9002, '您无权操作~');
        await atBob.flat(CANCEL, id);
        await atBob.refused(9002, CANCEL);
        await atBob.flat(LEAVE, id);
        for (const device of [atAlice, atCarol]) await device.hear(LEAVE, id, { sourceId: bob.id });
        await atCarol.flat(JOIN, id, { targetId: bob.id }); /* come back */
        await atBob.hear(JOIN, id, { sourceId: carol.id });
        await alice.ok('POST /call/cancel', { callerId: alice.id, sessionId: id, cancelReason: 1 });
        for (const device of phones) assert.equal((await device.hear(CANCEL, id)).state, 'answered');
        await closeAll(...phones);
    });
});

describe('who has no part in it', () => {
    test("a third person's offer into the call is refused, and every other signal", async () => {
        const { alice, bob, atAlice, atBob, id } = await talking('third');
        const [eve] = await t.people('eve', 1);
        const atEve = await togetherPhone(eve);
        for (const [type, more] of [
            [ENTER, {}],
            [OFFER, { targetId: bob.id, ...description('offer', 'evil') }],
            [ANSWER, { targetId: bob.id, ...description('answer', 'evil') }],
            [CANDIDATE, { targetId: bob.id, ...candidate(6) }],
            [LEAVE, {}],
            [JOIN, {}],
            [REJECT, { targetId: alice.id }],
            [CANCEL, {}],
        ]) {
            await atEve.flat(type, id, { sourceId: alice.id, ...more });
            await atEve.refused(6000, type);
        }
        await eve.refused('POST /call/cancel', { callerId: alice.id, sessionId: id }, 6000, '通话不存在~');
        assert.deepEqual(await eve.ok('POST /call/history'), []);
        await atAlice.flat(OFFER, id, { targetId: eve.id, ...description('offer', 'out') });
        await atAlice.refused(6003, OFFER);
        await atBob.none(OFFER);
        await atEve.none(OFFER);
        await closeAll(atAlice, atBob, atEve);
    });

    test('frames that say nothing sensible are refused, and the socket lives', async () => {
        const { alice, bob, atAlice, atBob, id } = await talking('bad');
        for (const [type, frame, code] of [
            [ENTER, { type: ENTER }, -2],
            [ENTER, { type: ENTER, data: null }, -2],
            [ENTER, { type: ENTER, data: [] }, -2],
            [ENTER, { type: ENTER, meetId: 'x' }, -2],
            [ENTER, { type: ENTER, meetId: 4711 }, 6000],
            [OFFER, { type: OFFER, meetId: id }, -2],
            [OFFER, { type: OFFER, meetId: id, targetId: bob.id }, -2],
            [OFFER, { type: OFFER, meetId: id, targetId: bob.id, description: 'text' }, -2],
            [OFFER, { type: OFFER, meetId: id, targetId: 'bob', ...description('offer', '') }, -2],
            [OFFER, { type: OFFER, meetId: id, targetId: alice.id, ...description('offer', '') }, 102],
            [OFFER, { type: OFFER, meetId: id, targetId: bob.id, description: { sdp: 'x'.repeat(65536) } }, -2],
            [CANDIDATE, { type: CANDIDATE, meetId: id, targetId: bob.id }, -2],
        ]) {
            await atAlice.sendRaw(frame);
            await atAlice.refused(code, type);
        }
        await atBob.none(OFFER);
        await closeAll(atAlice, atBob);
    });
});

describe('initiate and cancel', () => {
    test('answer the documented errors', async () => {
        const [alice, bob, carol] = await t.people('err', 3);
        const body = { receiverId: [bob.id], callType: 1, sessionType: 1 };
        const refuse = (fields, code, text) => alice.refused('POST /call/initiate', { ...body, ...fields }, code, text);
        await refuse({ receiverId: [] }, 6006, '没有有效的用户可以加入通话~');
        await refuse({ receiverId: undefined }, 6006, '没有有效的用户可以加入通话~');
        await refuse({ receiverId: [99999999] }, 6006, '没有有效的用户可以加入通话~');
        await refuse({ receiverId: [alice.id] }, 102, '参数有误');
        await refuse({ callerId: bob.id }, 102, '参数有误');
        await refuse({ receiverId: [bob.id, carol.id] }, 102, '参数有误');
        await refuse({ expireTime: Date.now() - 1000 }, 102, '参数有误');
        for (const fields of [{ callType: 3 }, { sessionType: 0 }, { receiverId: ['x'] }])
            assert.equal((await alice.call('POST /call/initiate', { ...body, ...fields })).body.errCode, -2);

        const id = await initiate(alice, bob);
        await refuse({ receiverId: [carol.id] }, 6005, '你已经在其他通话中了~');
        await carol.refused('POST /call/initiate', { receiverId: [alice.id] }, 6006, '没有有效的用户可以加入通话~');
        await alice.refused('POST /call/cancel', {}, 6000, '通话不存在~');
        await alice.refused('POST /call/cancel', { sessionId: 999999 }, 6000, '通话不存在~');
        await alice.ok('POST /call/cancel', { sessionId: id });
        await alice.refused('POST /call/cancel', { sessionId: id }, 6001, '通话已结束');
        assert.equal((await t.nobody.call('POST /call/initiate', body)).status, 401);
    });

    test('a single receiver need not be a list, and one who stands twice is one', async () => {
        const [alice, bob] = await t.people('one', 2);
        for (const receiverId of [bob.id, [bob.id, bob.id], String(bob.id)]) {
            const { sessionId } = await alice.ok('POST /call/initiate', { receiverId, callType: 1, sessionType: 1 });
            assert.equal((await history(bob, sessionId)).callType, 1);
            await alice.ok('POST /call/cancel', { sessionId });
        }
    });
});

describe('between dialects', () => {
    test('a person of togetherchat calls one of freeim', async () => {
        const [alice] = await t.people('tc', 1);
        const [bob] = await f.people('fr', 1);
        const [atAlice, atBob] = [await togetherPhone(alice), await phone(bob)];
        const id = await initiate(alice, bob, { subject: 'hello' });
        const ring = await atBob.hear('ring', id);
        assert.deepEqual([ring.fromId, ring.said.name, ring.said.video, ring.said.subject], [alice.id, alice.name, true, 'hello']);
        await atBob.say('enter', id);
        const entered = await atAlice.hear(ENTER, id);
        assert.deepEqual([entered.userId, entered.userName], [bob.id, bob.name]);
        const { description: offer } = description('offer', 'across "\\');
        await atAlice.flat(OFFER, id, { targetId: bob.id, description: offer });
        assert.deepEqual((await atBob.hear('offer', id)).said, offer);
        const answer = { type: 'answer', sdp: 'v=0\r\n' };
        await atBob.say('answer', id, { toId: alice.id, body: answer });
        assert.deepEqual((await atAlice.hear(ANSWER, id)).description, answer);
        for (let i = 0; i < 5; i++) {
            await atBob.say('candidate', id, { toId: alice.id, body: candidate(i).candidate });
            await atAlice.flat(CANDIDATE, id, { targetId: bob.id, ...candidate(i) });
            assert.deepEqual((await atAlice.hear(CANDIDATE, id)).candidate, candidate(i).candidate);
            assert.deepEqual((await atBob.hear('candidate', id)).said, candidate(i).candidate);
        }
        await atBob.say('candidate', id, { toId: alice.id, body: 'null' });
        assert.equal((await atAlice.hear(CANDIDATE, id)).candidate, null);
        await atAlice.flat(LEAVE, id);
        await atBob.hear('leave', id);
        assert.equal((await atBob.hear('ended', id)).said.state, 'answered');
        const message = await atBob.frame({ type: 'call' });
        assert.equal(JSON.parse(message.extra).id, id);
        await closeAll(atAlice, atBob);
    });

    test('a person of freeim calls two, of either; both are in one call', async () => {
        const [alice, bob] = await f.people('fx', 2);
        const [carol] = await t.people('tx', 1);
        const [atAlice, atBob, atCarol] = [await phone(alice), await phone(bob), await togetherPhone(carol)];
        const { callId: id } = await alice.ok('POST /calls', { toIds: [bob.id, carol.id], video: 0 });
        assert.deepEqual([(await atCarol.hear(JOIN, id)).callType, (await history(carol, id)).status], [1, 0]);
        await atCarol.flat(ENTER, id);
        await atAlice.hear('enter', id, { fromId: carol.id });
        await atBob.say('enter', id);
        await atCarol.hear(ENTER, id, { sourceId: bob.id });
        await atCarol.flat(OFFER, id, { targetId: bob.id, ...description('offer', 'mesh') });
        assert.deepEqual((await atBob.hear('offer', id, { fromId: carol.id })).said, description('offer', 'mesh').description);
        await atAlice.say('cancel', id);
        await atBob.hear('ended', id);
        await atCarol.hear(CANCEL, id, { sourceId: alice.id });
        await closeAll(atAlice, atBob, atCarol);
    });
});
