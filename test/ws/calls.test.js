'use strict';
/* Calls over freeim's socket and our routes, as handlers/README.md has them: a whole one, everybody who must not take
 * part, and every way it ends. Frames and answers are held against test/spec as they arrive. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { phone, phoneProcess } = require('../harness/phones.js');
const spec = require('../harness/spec.js');

let server, f;
before(async () => {
    server = await startServer({ set: { call_grace_seconds: 60 } }); /* slow machines lose nobody */
    f = freeim(server);
});
after(() => server?.stop());

const closeAll = (...phones) => Promise.all(phones.map((one) => one.close()));
const begin = (who, toIds, more = {}) =>
    who.ok('POST /calls', { toIds: [].concat(toIds).map((one) => one.id), video: 1, ...more });
const call = (who, { callId }) => who.ok(`GET /calls/${callId}`);
const sorted = (ids) => [...ids].sort((a, b) => a - b);
const stateOf = ({ members }, person) => members.find(({ id }) => id === person.id).state;

/* What a browser makes: kilobytes of lines, quotes and all. */
const sdp = (who) =>
    `v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=${who} "\\ / \u00e9\u4f60\u{1f600}\u2028\r\n` +
    'a=candidate:1 1 udp 2122260223 192.168.1.2 50000 typ host generation 0\r\n'.repeat(100);
const candidate = (n) => ({
    candidate: `candidate:${n} 1 udp 2122260223 192.168.1.2 ${50000 + n} typ host`,
    sdpMid: '0',
    sdpMLineIndex: 0,
    usernameFragment: 'Bz/9',
});

/* Two people in a call, on a phone each. */
async function talking(stem) {
    const [alice, bob] = await f.people(stem, 2);
    const [atAlice, atBob] = [await phone(alice), await phone(bob)];
    const { callId } = await begin(alice, bob);
    await atBob.hear('ring', callId);
    await atBob.say('enter', callId);
    await atAlice.hear('enter', callId);
    return { alice, bob, atAlice, atBob, callId };
}

describe('a call of two', () => {
    test('rings every device, is answered on one, carries what the browsers say, and leaves its length behind', async () => {
        const [alice, bob] = await f.people('pair', 2);
        const [atAlice, atBob, tablet] = [await phone(alice), await phone(bob), await phone(bob)];
        const made = await begin(alice, bob, { subject: 'hello' });
        const { callId } = made;
        assert.deepEqual(
            [made.video, made.group, made.groupId, made.creatorId, made.subject, made.status, made.state],
            [true, false, 0, alice.id, 'hello', 'waiting', ''],
        );
        assert.deepEqual([stateOf(made, alice), stateOf(made, bob), made.iceServers], ['in', 'ringing', []]);
        for (const device of [atBob, tablet]) {
            const ring = await device.hear('ring', callId);
            assert.deepEqual([ring.fromId, ring.toId], [alice.id, bob.id]);
            assert.deepEqual(
                { ...ring.said, members: sorted(ring.said.members), ringUntil: 0 },
                {
                    video: true,
                    group: false,
                    groupId: 0,
                    creatorId: alice.id,
                    subject: 'hello',
                    members: sorted([alice.id, bob.id]),
                    name: alice.name,
                    avatar: '',
                    ringUntil: 0,
                },
            );
            assert.equal(ring.said.ringUntil, Date.parse(made.ringUntil));
            const left = ring.said.ringUntil - Date.now();
            assert.ok(left > 50000 && left <= 60000, `it rings for ${left} ms`); /* call_ring_seconds */
        }

        await atBob.say('enter', callId);
        const entered = await atAlice.hear('enter', callId);
        assert.deepEqual([entered.fromId, entered.said], [bob.id, { name: bob.name, avatar: '' }]);
        for (const device of [atBob, tablet])
            assert.deepEqual((await device.hear('elsewhere', callId)).said, { action: 'enter' });
        assert.equal((await call(bob, made)).status, 'active');

        const offer = JSON.stringify({ type: 'offer', sdp: sdp('alice') });
        await atAlice.say('offer', callId, { toId: bob.id, body: offer });
        const offered = await atBob.hear('offer', callId);
        assert.deepEqual([offered.fromId, offered.toId, offered.body], [alice.id, bob.id, offer]);
        await atBob.say('answer', callId, { toId: alice.id, body: { type: 'answer', sdp: sdp('bob') } });
        assert.equal((await atAlice.hear('answer', callId)).said.sdp, sdp('bob'));
        for (let i = 0; i < 20; i++) {
            await atAlice.say('candidate', callId, { toId: bob.id, body: candidate(i) });
            await atBob.say('candidate', callId, { toId: alice.id, body: candidate(100 + i) });
        }
        await atAlice.say('candidate', callId, { toId: bob.id, body: 'null' });
        for (let i = 0; i < 20; i++) {
            assert.deepEqual((await atBob.hear('candidate', callId)).said, candidate(i));
            assert.deepEqual((await atAlice.hear('candidate', callId)).said, candidate(100 + i));
        }
        assert.equal((await atBob.hear('candidate', callId)).said, null);

        await atAlice.say('leave', callId);
        assert.equal((await atBob.hear('leave', callId)).fromId, alice.id);
        for (const device of [atAlice, atBob, tablet]) {
            const { fromId, said } = await device.hear('ended', callId);
            assert.deepEqual([fromId, said.state], [alice.id, 'answered']);
            assert.ok(said.duration >= 0 && said.duration < 60000);
        }
        const ended = await call(alice, made);
        assert.deepEqual([ended.status, ended.state, stateOf(ended, bob)], ['ended', 'answered', 'left']);
        assert.equal(ended.duration, Date.parse(ended.endedAt) - Date.parse(ended.answeredAt));
        for (const device of [atAlice, atBob, tablet]) {
            const message = await device.frame({ type: 'call' });
            assert.deepEqual([message.ope, message.fromId, message.toId], ['friend', alice.id, bob.id]);
            assert.match(message.body, /^\[视频通话\] 00:\d\d$/);
            assert.deepEqual(JSON.parse(message.extra), {
                id: callId,
                video: true,
                state: 'answered',
                duration: ended.duration,
            });
        }
        assert.equal((await bob.conversation(alice)).unread, 0);
        await closeAll(atAlice, atBob, tablet);
    });

    test('answered on one device: the signals go there, and another of the person can neither enter nor speak', async () => {
        const [alice, bob] = await f.people('elsewhere', 2);
        const again = await f.login(bob.name); /* a second login: another device */
        const [atAlice, atBob, laptop] = [await phone(alice), await phone(bob), await phone(again)];
        const { callId } = await begin(alice, bob);
        await laptop.hear('ring', callId);
        await atBob.say('enter', callId);
        await laptop.hear('elsewhere', callId);
        await atAlice.hear('enter', callId);
        await laptop.say('enter', callId);
        await laptop.refused('call_entered', 'enter', callId);
        await laptop.say('offer', callId, { toId: alice.id, body: { type: 'offer', sdp: '' } });
        await laptop.refused('call_entered', 'offer', callId);
        await atAlice.say('offer', callId, { toId: bob.id, body: { type: 'offer', sdp: 'x' } });
        await atBob.hear('offer', callId);
        await laptop.none({ type: 'offer' });
        await laptop.say('leave', callId); /* but hang up it can */
        await atAlice.hear('ended', callId);
        await closeAll(atAlice, atBob, laptop);
    });

    test('a device that connects while it rings is rung', async () => {
        const [alice, bob] = await f.people('late', 2);
        const { callId } = await begin(alice, bob);
        const atBob = await phone(bob);
        assert.equal((await atBob.hear('ring', callId)).fromId, alice.id);
        const { items } = await bob.ok('GET /calls', { live: 1 });
        assert.deepEqual(items.map((one) => [one.callId, one.status]), [[callId, 'waiting']]);
        await atBob.say('reject', callId);
        await atBob.hear('ended', callId);
        assert.deepEqual((await bob.ok('GET /calls', { live: 1 })).items, []);
        await atBob.close();
    });
});

describe('who has no part in a call', () => {
    test("a third person's offer into it is refused, as is everything else", async () => {
        const { alice, bob, atAlice, atBob, callId } = await talking('third');
        const [eve] = await f.people('eve', 1);
        const atEve = await phone(eve);
        for (const type of ['offer', 'answer', 'candidate']) {
            await atEve.say(type, callId, { toId: bob.id, body: { type, sdp: 'evil' } });
            await atEve.refused('no_call', type, callId);
        }
        for (const type of ['enter', 'leave', 'reject', 'cancel', 'ring']) {
            await atEve.say(type, callId);
            await atEve.refused('no_call', type, callId);
        }
        for (const row of ['enter', 'reject', 'leave', 'cancel'].map((what) => `POST /calls/${callId}/${what}`))
            await eve.refused(row, {}, '通话不存在', { error: 'no_call' });
        await eve.refused(`GET /calls/${callId}`, {}, '通话不存在', { error: 'no_call' });
        await eve.refused(`POST /calls/${callId}/invite`, { toIds: [eve.id] }, '通话不存在', { error: 'no_call' });
        assert.deepEqual((await eve.ok('GET /calls')).items, []);
        await atAlice.say('offer', callId, { toId: eve.id, body: { type: 'offer', sdp: 'out' } });
        await atAlice.refused('call_left', 'offer', callId);
        await atBob.none({ fromId: eve.id });
        await atEve.none({ ope: 'call' });
        await closeAll(atAlice, atBob, atEve);
        void alice;
    });

    test('who was called may not signal before entering, nor anybody after the end', async () => {
        const [alice, bob] = await f.people('early', 2);
        const [atAlice, atBob] = [await phone(alice), await phone(bob)];
        const { callId } = await begin(alice, bob);
        const body = { type: 'offer', sdp: 'x' };
        await atBob.say('offer', callId, { toId: alice.id, body });
        await atBob.refused('call_left', 'offer', callId);
        await atAlice.say('offer', callId, { toId: bob.id, body });
        await atAlice.refused('call_left', 'offer', callId);
        await atAlice.say('cancel', callId);
        await atBob.hear('ended', callId);
        await atAlice.say('offer', callId, { toId: bob.id, body });
        await atAlice.refused('call_ended', 'offer', callId);
        await atBob.say('enter', callId);
        await atBob.refused('call_ended', 'enter', callId);
        await atBob.none({ type: 'offer' });
        await closeAll(atAlice, atBob);
    });

    test('frames that say nothing sensible are refused and reach nobody', async () => {
        const { alice, bob, atAlice, atBob, callId } = await talking('bad');
        const long = JSON.stringify({ type: 'offer', sdp: 'x'.repeat(65536) });
        for (const [type, more, error] of [
            ['offer', { toId: bob.id }, 'bad_field'],
            ['offer', { toId: bob.id, body: 'not json' }, 'bad_field'],
            ['offer', { toId: bob.id, body: '[1]' }, 'bad_field'],
            ['offer', { toId: bob.id, body: 'null' }, 'bad_field'],
            ['offer', { toId: bob.id, body: '{"a":1}{' }, 'bad_field'],
            ['offer', { body: '{}' }, 'bad_field'],
            ['offer', { toId: 'x', body: '{}' }, 'bad_field'],
            ['offer', { toId: alice.id, body: '{}' }, 'self'],
            ['offer', { toId: bob.id, body: long }, 'too_large'],
            ['enter', { body: '{' }, 'bad_field'],
            ['ended', {}, 'bad_field'],
            ['elsewhere', {}, 'bad_field'],
            ['nonsense', {}, 'bad_field'],
        ]) {
            await atAlice.say(type, callId, more);
            await atAlice.refused(error, type, callId);
        }
        await atAlice.send({ ope: 'call', type: 'enter' });
        assert.equal(JSON.parse((await atAlice.frame({ type: 'error' })).body).error, 'bad_field');
        await atBob.none({ ope: 'call', fromId: alice.id, type: 'offer' });
        const fits = JSON.stringify({ sdp: 'x'.repeat(65536 - '{"sdp":""}'.length) });
        await atAlice.say('offer', callId, { toId: bob.id, body: fits });
        assert.equal((await atBob.hear('offer', callId)).body, fits);
        await closeAll(atAlice, atBob);
    });

    test('a forged sender is not believed', async () => {
        const { alice, bob, atAlice, atBob, callId } = await talking('forge');
        await atAlice.say('offer', callId, { toId: bob.id, fromId: bob.id, body: { sdp: 'x' } });
        assert.equal((await atBob.hear('offer', callId)).fromId, alice.id);
        await closeAll(atAlice, atBob);
    });
});

describe('a call ends', () => {
    test("when the caller's process is killed: the callee learns of it", async () => {
        const quick = await startServer({ set: { call_grace_seconds: 1 } });
        try {
            const g = freeim(quick);
            const [alice, bob] = await g.people('killed', 2);
            const [atAlice, atBob] = [await phone(alice), await phone(bob)];
            const { callId } = await begin(alice, bob);
            await atBob.hear('ring', callId);
            await atBob.say('enter', callId);
            await atAlice.hear('enter', callId);
            const other = await phoneProcess(alice, [{ ope: 'call', type: 'enter', callId }]);
            assert.equal((await atBob.hear('enter', callId)).fromId, alice.id);
            other.kill('SIGKILL');
            assert.equal((await atBob.hear('leave', callId)).fromId, alice.id);
            assert.equal((await atBob.hear('ended', callId)).said.state, 'answered');
            assert.equal(stateOf(await call(bob, { callId }), alice), 'left');
            await closeAll(atAlice, atBob);
        } finally {
            await quick.stop();
        }
    });

    test('not when a socket is lost and comes back in time', async () => {
        const [alice, bob] = await f.people('back', 2);
        const [first, atBob] = [await phone(alice), await phone(bob)];
        const { callId } = await begin(alice, bob);
        await first.say('enter', callId); /* on this socket */
        await first.roundTrip();
        await atBob.say('enter', callId);
        await first.hear('enter', callId);
        first.drop();
        const second = await phone(alice);
        await second.say('enter', callId, { body: { resume: true } });
        await second.say('offer', callId, { toId: bob.id, body: { sdp: 'ice restart' } });
        await atBob.hear('offer', callId);
        await atBob.none({ type: 'enter', fromId: alice.id }, 'resuming tells nobody');
        await atBob.none({ type: 'leave' });
        await second.say('enter', callId); /* a page that was loaded anew has lost its connections */
        assert.equal((await atBob.hear('enter', callId)).fromId, alice.id);
        await closeAll(second, atBob);
    });

    test('when nobody answers in time, and shows as missed', async () => {
        const [alice, bob] = await f.people('missed', 2);
        const [atAlice, atBob] = [await phone(alice), await phone(bob)];
        const { callId } = await begin(alice, bob, { ringSeconds: 1, video: 0 });
        await atBob.hear('ring', callId);
        assert.deepEqual((await atAlice.hear('reject', callId)).said, { state: 'missed' });
        for (const device of [atAlice, atBob])
            assert.deepEqual((await device.hear('ended', callId)).said, { state: 'missed', duration: 0 });
        const message = await atBob.frame({ type: 'call' });
        assert.equal(message.body, '[语音通话] 未接听');
        const conversation = await bob.conversation(alice);
        assert.deepEqual([conversation.unread, conversation.last.type], [1, 'call']);
        await closeAll(atAlice, atBob);
    });

    test('declined by request: the caller hears it, the other devices stop', async () => {
        const [alice, bob] = await f.people('declined', 2);
        const [atAlice, atBob] = [await phone(alice), await phone(bob)];
        const { callId } = await begin(alice, bob);
        await atBob.hear('ring', callId);
        await bob.ok(`POST /calls/${callId}/reject`);
        assert.deepEqual((await atAlice.hear('reject', callId)).said, { state: 'declined' });
        assert.deepEqual((await atBob.hear('elsewhere', callId)).said, { action: 'reject' });
        assert.equal((await atAlice.hear('ended', callId)).said.state, 'declined');
        await bob.refused(`POST /calls/${callId}/reject`, {}, '通话已结束', { error: 'call_ended' });
        await closeAll(atAlice, atBob);
    });

    test('called off by request', async () => {
        const [alice, bob] = await f.people('off', 2);
        const atBob = await phone(bob);
        const { callId } = await begin(alice, bob);
        await atBob.hear('ring', callId);
        await alice.ok(`POST /calls/${callId}/cancel`);
        const { fromId, said } = await atBob.hear('ended', callId);
        assert.deepEqual([fromId, said], [alice.id, { state: 'cancelled', duration: 0 }]);
        await atBob.close();
    });

    test('before it began with who is in another call; the caller cannot have two', async () => {
        const { alice, bob, atAlice, atBob, callId } = await talking('busy');
        const [carol] = await f.people('caller', 1);
        const atCarol = await phone(carol);
        await carol.refused('POST /calls', { toIds: [bob.id], video: 1 }, '对方忙线中', { error: 'callee_busy' });
        await atBob.none({ type: 'ring' });
        assert.equal(JSON.parse((await atBob.frame({ type: 'call' })).extra).state, 'busy');
        const [missed] = (await bob.ok('GET /calls')).items;
        assert.deepEqual([missed.creatorId, missed.state, stateOf(missed, bob)], [carol.id, 'busy', 'busy']);
        await alice.refused('POST /calls', { toIds: [carol.id], video: 1 }, '您已经在其他通话中', { error: 'call_busy' });
        const second = await begin(carol, [bob, (await f.people('free', 1))[0]]);
        assert.equal(stateOf(second, bob), 'busy');
        await carol.ok(`POST /calls/${second.callId}/leave`);
        await alice.ok(`POST /calls/${callId}/leave`);
        await begin(carol, bob); /* free again */
        await closeAll(atAlice, atBob, atCarol);
    });

    test('with the server, and with one that was killed', async () => {
        const own = await startServer({ set: { call_grace_seconds: 60 } });
        try {
            const g = freeim(own);
            const [alice, bob, carol] = await g.people('restart', 3);
            const [atAlice, atBob] = [await phone(alice), await phone(bob)];
            const { callId } = await begin(alice, bob);
            await atBob.say('enter', callId);
            await atAlice.hear('enter', callId);
            const halting = own.halt();
            for (const device of [atAlice, atBob]) {
                assert.equal((await device.hear('ended', callId)).said.state, 'answered');
                assert.equal(await device.closed(), 1001);
            }
            await halting;
            await own.start();
            assert.equal((await call(alice, { callId })).state, 'answered');

            const ringing = await begin(alice, carol);
            await own.kill9();
            await own.start();
            const dead = await call(carol, ringing);
            assert.deepEqual([dead.status, dead.state, stateOf(dead, carol)], ['ended', 'failed', 'missed']);
            assert.equal((await carol.conversation(alice)).last.type, 'call');
            await begin(alice, carol); /* nobody is busy */
        } finally {
            await own.stop();
        }
    });
});

describe('a call of several', () => {
    test('joins three, goes on without its creator, ends with the last', async () => {
        const [alice, bob, carol] = await f.people('three', 3);
        const phones = [await phone(alice), await phone(bob), await phone(carol)];
        const [atAlice, atBob, atCarol] = phones;
        const made = await begin(alice, [bob, carol]);
        const { callId } = made;
        assert.equal(made.group, true);
        for (const device of [atBob, atCarol])
            assert.deepEqual(
                sorted((await device.hear('ring', callId)).said.members),
                sorted([alice.id, bob.id, carol.id]),
            );
        await atBob.say('enter', callId);
        await atAlice.hear('enter', callId, { fromId: bob.id });
        await atCarol.say('enter', callId);
        for (const [device, person] of [[atAlice, alice], [atBob, bob]]) {
            await device.hear('enter', callId, { fromId: carol.id });
            await device.say('offer', callId, { toId: carol.id, body: { sdp: person.name } });
            const offer = await atCarol.hear('offer', callId, { fromId: person.id });
            assert.equal(offer.said.sdp, person.name);
        }
        await atBob.none({ type: 'offer' });
        await atBob.say('cancel', callId);
        await atBob.refused('not_creator', 'cancel', callId);
        await atAlice.say('leave', callId);
        for (const device of [atBob, atCarol]) await device.hear('leave', callId, { fromId: alice.id });
        assert.equal((await call(bob, made)).status, 'active');
        await atCarol.say('leave', callId);
        await atBob.hear('leave', callId, { fromId: carol.id });
        await atBob.say('leave', callId);
        assert.equal((await atBob.hear('ended', callId)).said.state, 'answered');
        await closeAll(...phones);
    });

    test('may be joined by who is invited later, and ended for all by its creator', async () => {
        const { alice, bob, atAlice, atBob, callId } = await talking('more');
        const [carol, dave] = await f.people('invited', 2);
        const [atCarol, atDave] = [await phone(carol), await phone(dave)];
        const more = await bob.ok(`POST /calls/${callId}/invite`, { toIds: [carol.id] });
        assert.deepEqual([more.group, stateOf(more, carol)], [true, 'ringing']);
        assert.equal((await atCarol.hear('ring', callId)).fromId, bob.id);
        await atAlice.say('ring', callId, { toId: dave.id }); /* the same by frame */
        await atDave.hear('ring', callId, { fromId: alice.id });
        await atCarol.say('enter', callId);
        await atAlice.hear('enter', callId, { fromId: carol.id });
        await atAlice.say('ring', callId); /* again: only who has not answered */
        await atDave.hear('ring', callId);
        await atCarol.none({ type: 'ring' });
        await atAlice.say('cancel', callId);
        for (const device of [atAlice, atBob, atCarol, atDave])
            assert.equal((await device.hear('ended', callId)).said.state, 'answered');
        const shown = JSON.parse((await atDave.frame({ type: 'call' })).extra);
        assert.deepEqual([shown.id, shown.state, shown.duration], [callId, 'missed', 0]);
        await closeAll(atAlice, atBob, atCarol, atDave);
    });

    test('of a group: members are called, and the group keeps the record', async () => {
        const [alice, bob, carol, eve] = await f.people('gcall', 4);
        const group = await f.group(alice, [bob, carol]);
        const [atBob, atEve] = [await phone(bob), await phone(eve)];
        await eve.refused('POST /calls', { toIds: [bob.id], groupId: group.id, video: 0 }, '你不是是此群聊成员', {
            error: 'not_member',
        });
        const { callId, groupId, members } = await begin(alice, [bob, eve], { groupId: group.id, video: 0 });
        assert.deepEqual([groupId, members.length], [group.id, 2]);
        assert.equal((await atBob.hear('ring', callId)).said.groupId, group.id);
        await atBob.say('enter', callId);
        await atBob.hear('elsewhere', callId);
        await alice.ok(`POST /calls/${callId}/cancel`);
        await atBob.hear('ended', callId);
        const message = await atBob.frame({ type: 'call' });
        assert.deepEqual([message.ope, message.toId, message.fromId], ['group', group.id, alice.id]);
        assert.equal((await carol.conversation(group)).last.type, 'call');
        await atEve.none({ ope: 'call' });
        await closeAll(atBob, atEve);
    });
});

describe('our routes', () => {
    test('want their fields, a token, and somebody who can be called', async () => {
        const [alice, bob, carol] = await f.people('field', 3);
        for (const fields of [{ toIds: [bob.id] }, { video: 1 }, { toIds: [], video: 1 }, { toIds: ['x'], video: 1 }])
            assert.equal((await alice.call('POST /calls', fields)).body.result.error, 'bad_field', JSON.stringify(fields));
        const many = Array.from({ length: 32 }, (_, i) => 20000000 + i);
        assert.equal((await alice.call('POST /calls', { toIds: many, video: 1 })).body.result.error, 'bad_field');
        await alice.refused('POST /calls', { toIds: [alice.id], video: 1 }, '不能对自己进行此操作', { error: 'self' });
        await alice.refused('POST /calls', { toIds: [99999999], video: 1 }, '没有可以呼叫的用户', { error: 'no_callee' });
        await bob.ok('POST /friends/blaklist', { toId: alice.id });
        await alice.refused('POST /calls', { toIds: [bob.id], video: 1 }, '没有可以呼叫的用户', { error: 'no_callee' });
        const { callId } = await begin(alice, [bob, carol]); /* who has blocked is left out */
        await alice.ok(`POST /calls/${callId}/leave`);
        assert.deepEqual((await bob.ok('GET /calls')).items, []);
        assert.equal((await f.nobody.call('POST /calls', { toIds: [bob.id], video: 1 })).status, 401);
        assert.equal((await f.nobody.call('GET /ice')).status, 401);
    });

    test('GET /calls has both directions, the newest first, in pages', async () => {
        const [alice, bob] = await f.people('list', 2);
        const ids = [];
        for (const [from, to] of [[alice, bob], [bob, alice], [alice, bob]]) {
            const { callId } = await begin(from, to);
            await from.ok(`POST /calls/${callId}/cancel`);
            ids.unshift(callId);
        }
        const page = async (more) => (await alice.ok('GET /calls', more)).items.map((one) => one.callId);
        assert.deepEqual(await page({}), ids);
        assert.deepEqual(await page({ limit: 2 }), ids.slice(0, 2));
        assert.deepEqual(await page({ beforeId: ids[1] }), [ids[2]]);
        assert.deepEqual((await alice.ok('GET /calls')).items.map((one) => one.creatorId), [alice.id, bob.id, alice.id]);
    });

    test('enter, invite and cancel do what the frames do', async () => {
        const [alice, bob, carol] = await f.people('rest', 3);
        const [atAlice, atCarol] = [await phone(alice), await phone(carol)];
        const { callId } = await begin(alice, bob, { group: 1 });
        const entered = await bob.ok(`POST /calls/${callId}/enter`);
        assert.deepEqual([entered.status, stateOf(entered, bob), entered.iceServers], ['active', 'in', []]);
        await atAlice.hear('enter', callId, { fromId: bob.id });
        await alice.ok(`POST /calls/${callId}/invite`, { toIds: [carol.id] });
        await atCarol.hear('ring', callId);
        await bob.refused(`POST /calls/${callId}/cancel`, {}, '只有发起人可以结束通话', { error: 'not_creator' });
        await alice.ok(`POST /calls/${callId}/cancel`);
        await atCarol.hear('ended', callId);
        await closeAll(atAlice, atCarol);
    });
});

test('every route about calls was hit, good and bad', async () => {
    await f.nobody.call('GET /calls');
    const [alice] = await f.people('ice', 1);
    assert.deepEqual(await alice.ok('GET /ice'), { iceServers: [], ttl: 86400 });
    for (const row of spec.landed.site.filter((one) => /\/(calls|ice)\b/.test(one))) {
        const { good, bad } = spec.hits.get(row) || {};
        assert.ok(good > 0 && bad > 0, `${row}: ${good} good, ${bad} bad`);
    }
});
