'use strict';
/* freeim 附近: people and groups near a point. Tests share one server, so each has a corner of the world of its own, more
 * than 1000 km from the others'. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');

/* Longitude and latitude. Distances below are those on the ellipsoid; ours are a sphere's. */
const SHENZHEN = [114.0579, 22.5431];
const GUANGZHOU = [113.2644, 23.1291];
const HONGKONG = [114.1694, 22.3193];
const BEIJING = [116.4074, 39.9042];

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const at = ([longitude, latitude]) => ({ longitude, latitude });
const near = async (person, place, options) => (await person.ok('GET /friends/near', at(place), options)).items;
const nearIds = async (person, place) => (await near(person, place)).map((one) => one.id);
const go = (person, place) => person.ok('PUT /me/update/info', at(place));
const metres = (one) => Number(/^(\d+)m$/.exec(one.distance)[1]);
const nearGroups = async (person, fields, options) => (await person.ok('GET /chatGroups/near', fields, options)).items;
const assertAbout = (value, want, what) => assert.ok(Math.abs(value - want) <= want * 0.005, `${what}: ${value}, not about ${want}`);

describe('friends/near', () => {
    test('nearest first, true distances in metres, not oneself, not who is 1000 km away', async () => {
        const [me, inGuangzhou, inHongkong, inBeijing, here] = await f.people('cities', 5);
        await go(inGuangzhou, GUANGZHOU);
        await go(inHongkong, HONGKONG);
        await go(inBeijing, BEIJING);
        await go(here, SHENZHEN);
        const list = await near(me, SHENZHEN);
        assert.deepEqual(list.map((one) => one.id), [here.id, inHongkong.id, inGuangzhou.id]);
        assert.equal(list[0].distance, '0m');
        assertAbout(metres(list[1]), 27312, 'Shenzhen to Hong Kong');
        assertAbout(metres(list[2]), 104140, 'Shenzhen to Guangzhou');
        assert.deepEqual(await nearIds(inBeijing, BEIJING), []);
    });

    for (const as of ENCODINGS)
        test(`with ${as}: asking shows the one who asks, where they said they are`, async () => {
            const place = [-70 + 1e-7, -40 - ENCODINGS.indexOf(as) * 12];
            const [me, other] = await f.people('ask', 2);
            assert.deepEqual(await near(other, place, { as }), []);
            const [found] = await near(me, [place[0], place[1] + 0.001], { as });
            assert.equal(found.id, other.id);
            assert.deepEqual([found.longitude, found.latitude], place);
            assert.equal(metres(found), 111);
            const { account } = await other.ok('GET /me/info');
            assert.deepEqual([account.longitude, account.latitude], place);
        });

    test('a stranger is shown as one, with the place they chose to be found at', async () => {
        const [me, other] = await f.people('shown', 2);
        const place = [20, 50];
        await other.ok('PUT /me/update/info', { nickname: 'Nick', intro: 'hi', country: '波兰', city: 'K', ...at(place) });
        const answer = await me.call('GET /friends/near', at(place));
        const [{ distance, ...shown }] = answer.body.result.items;
        const { account } = await other.ok('GET /me/info');
        assert.deepEqual(shown, { ...account, email: '', mobile: '' });
        assert.deepEqual(Object.keys(shown), Object.keys(account));
        assert.equal(distance, '0m');
    });

    test('who never told where they are is nowhere; who moves is found there alone', async () => {
        const [me, silent, mover] = await f.people('move', 3);
        await silent.ok('PUT /me/update/info', { country: 'somewhere' });
        await go(mover, [60, 60]);
        assert.deepEqual(await nearIds(me, [60, 60]), [mover.id]);
        await go(mover, [60, -60]);
        assert.deepEqual(await nearIds(me, [60, 60]), []);
        assert.deepEqual(await nearIds(me, [60, -60]), [mover.id]);
        assert.deepEqual(await nearIds(silent, [60, -60]), [me.id, mover.id].sort(), 'equally far: by id');
    });

    test('a block hides both from each other, from nobody else, and only while it stands', async () => {
        const [alice, bob, carol] = await f.people('hide', 3);
        const place = [100, 60];
        for (const one of [alice, bob, carol]) await go(one, place);
        const all = async () => Promise.all([alice, bob, carol].map(async (one) => (await nearIds(one, place)).sort()));
        const sorted = (...people) => people.map((one) => one.id).sort();
        await f.befriend(alice, bob);
        await alice.ok('POST /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await all(), [sorted(carol), sorted(carol), sorted(alice, bob)]);
        await alice.ok('DELETE /friends/blaklist', { toId: bob.id });
        assert.deepEqual(await all(), [sorted(bob, carol), sorted(alice, carol), sorted(alice, bob)]);
    });

    test('across the date line and at its ends', async () => {
        const [east, west, me] = await f.people('date', 3);
        await go(east, [179.99, -17]);
        await go(west, [-179.99, -17]);
        for (const longitude of [180, -180]) {
            const list = await near(me, [longitude, -17]);
            assert.deepEqual(list.map((one) => one.id).sort(), [east.id, west.id].sort());
            for (const one of list) assertAbout(metres(one), 1064, 'a hundredth of a degree');
        }
        assertAbout(metres((await near(east, [179.99, -17])).find((one) => one.id === west.id)), 2127, 'to the other side');
    });

    test('over the pole', async () => {
        const [me, other] = await f.people('pole', 2);
        await go(other, [90, 85.05]);
        const list = await near(me, [-90, 81.5]);
        assert.deepEqual(list.map((one) => one.id), [], '1496 km');
        const [found] = await near(me, [180, 85.05]);
        assert.equal(found.id, other.id);
        assertAbout(metres(found), 778139, 'a quarter around the pole');
    });

    test('the equator and Greenwich are places', async () => {
        const [me, other] = await f.people('null', 2);
        await near(other, [0, 0.001]);
        assert.deepEqual(await nearIds(me, [0.001, 0]), [other.id]);
    });

    test('100 at most, the nearest of them', async () => {
        const me = await f.register(f.uniq('crowdme'));
        const crowd = await f.people('crowd', 110);
        await Promise.all(crowd.map((one, i) => go(one, [140 + i * 0.001, 40])));
        const list = await near(me, [140, 40]);
        assert.deepEqual(list.map((one) => one.id), crowd.slice(0, 100).map((one) => one.id));
        assert.ok(list.every((one, i) => i === 0 || metres(one) >= metres(list[i - 1])));
    });

    test('places survive a restart', async () => {
        const [me, other] = await f.people('nkeep', 2);
        await go(other, [-100, 40]);
        await server.restart();
        assert.deepEqual(await nearIds(me, [-100, 40]), [other.id]);
    });
});

describe('chatGroups/near', () => {
    const make = (person, name, place) => person.ok('POST /chatGroups', { name, intro: '', ...(place && at(place)) });

    for (const as of ENCODINGS)
        test(`with ${as}: nearest first, with distances; by part of a name`, async () => {
            const place = [-30, -60 + ENCODINGS.indexOf(as) * 20];
            const [owner, eve] = await f.people('gnear', 2);
            const far = await make(owner, '爬山 Hikers', [place[0], place[1] + 0.1]);
            const close = await make(owner, 'Readers', [place[0], place[1] + 0.01]);
            await make(owner, 'nowhere', null);
            await make(owner, 'too far', [place[0] + 40, place[1]]);
            const list = await nearGroups(eve, at(place), { as });
            assert.deepEqual(list.map((one) => one.id), [close.id, far.id]);
            assertAbout(metres(list[0]), 1112, 'the close one');
            assertAbout(metres(list[1]), 11122, 'the far one');
            const { distance, ...plain } = list[0];
            assert.deepEqual(plain, close);
            for (const [name, want] of [['hik', [far.id]], ['山', [far.id]], ['ERS', [close.id, far.id]], ['%', []], ['zzz', []], ['', [close.id, far.id]]])
                assert.deepEqual((await nearGroups(eve, { ...at(place), name }, { as })).map((one) => one.id), want, name);
        });

    test('without a place: around where the caller is; nothing if nobody knows', async () => {
        const [owner, eve] = await f.people('gself', 2);
        const place = [10, -70];
        const group = await make(owner, 'g', place);
        await make(owner, 'at the middle of the map', [0.5, 0.5]);
        assert.deepEqual(await nearGroups(eve, {}), []);
        await go(eve, place);
        assert.deepEqual((await nearGroups(eve, {})).map((one) => one.id), [group.id]);
        /* Looking for groups does not show the one who looks. */
        const hidden = await f.register(f.uniq('gself'));
        await nearGroups(hidden, at(place));
        assert.deepEqual(await nearIds(owner, place), [eve.id]);
    });

    test('a group that moves is found where it is; a dissolved one nowhere', async () => {
        const [owner, eve] = await f.people('gmove', 2);
        const group = await make(owner, 'mover', [50, -40]);
        const found = async (place) => (await nearGroups(eve, at(place))).map((one) => one.id);
        assert.deepEqual(await found([50, -40]), [group.id]);
        await owner.ok('PUT /chatGroups', { groupId: group.id, name: 'mover', intro: '', longitude: 80, latitude: -40 });
        assert.deepEqual([await found([50, -40]), await found([80, -40])], [[], [group.id]]);
        await owner.ok('PUT /chatGroups', { groupId: group.id, name: 'mover', intro: '' });
        assert.deepEqual(await found([80, -40]), [group.id]);
        await owner.ok('POST /chatGroups/dissolve', { groupId: group.id });
        assert.deepEqual(await found([80, -40]), []);
    });

    test('100 at most', async () => {
        const owner = await f.register(f.uniq('gcrowd'));
        const all = [];
        for (let i = 0; i < 105; i++) all.push((await make(owner, `g${i}`, [-150, 20 + i * 0.001])).id);
        assert.deepEqual((await nearGroups(owner, at([-150, 20]))).map((one) => one.id), all.slice(0, 100));
    });
});
