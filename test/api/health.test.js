'use strict';
/* /healthz, /readyz and /metrics: who may ask, what a watcher hears when the server is ending or its disk is full, and
 * that the numbers are Prometheus' text format and true. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { Service } = require('../harness/node.js');
const { request } = require('../harness/http.js');
const { until } = require('../harness/wait.js');

let server, f;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 node'] } });
    f = freeim(server);
});
after(() => server?.stop());

const get = (path, options) => request(server, 'GET', path, options);

/* ---- the text format 0.0.4, read strictly ---- */

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${NAME}="(?:[^"\\\\\\n]|\\\\[\\\\"n])*",?)*)\\})? (-?[0-9.]+|\\+Inf|NaN)$`);
const FAMILY_OF = (name) => name.replace(/_(bucket|sum|count)$/, '');

/* {families: name -> {type, help, samples: [{name, labels, value}]}}. */
function parse(text) {
    assert.ok(text.endsWith('\n'), 'the last line ends');
    const families = new Map();
    let current = null;
    for (const line of text.slice(0, -1).split('\n')) {
        const help = new RegExp(`^# HELP (${NAME}) (\\S.*)$`).exec(line);
        const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
        if (help) {
            assert.ok(!families.has(help[1]), `${help[1]} stands in two places`);
            current = { help: help[2], samples: [] };
            families.set(help[1], current);
        } else if (type) {
            assert.equal(families.get(type[1]), current, `${type[1]}: TYPE behind its HELP`);
            current.type = type[2];
        } else {
            const sample = SAMPLE.exec(line);
            assert.ok(sample, `not a sample: ${line}`);
            const family = families.get(current.type === 'histogram' ? FAMILY_OF(sample[1]) : sample[1]);
            assert.equal(family, current, `${sample[1]} stands outside of its family`);
            const labels = Object.fromEntries([...(sample[2] || '').matchAll(/([^=,]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));
            family.samples.push({ name: sample[1], labels, value: sample[3] === '+Inf' ? Infinity : Number(sample[3]) });
        }
    }
    return families;
}

function checkFamily(name, family) {
    assert.ok(family.type && family.help, `${name} has type and help`);
    if (family.type === 'counter') assert.match(name, /_total$/);
    else assert.doesNotMatch(name, /_total$/);
    const seen = family.samples.map((one) => one.name + JSON.stringify(one.labels));
    assert.equal(new Set(seen).size, seen.length, `${name}: a sample stands twice`);
    for (const one of family.samples) assert.ok(one.value >= 0, `${name}: ${one.value}`);
    if (family.type === 'histogram') checkHistogram(name, family.samples);
}

function checkHistogram(name, samples) {
    const series = new Map();
    for (const one of samples) {
        const { le, ...labels } = one.labels;
        const key = JSON.stringify(labels);
        if (!series.has(key)) series.set(key, { buckets: [] });
        const here = series.get(key);
        if (one.name === `${name}_bucket`) here.buckets.push([le === '+Inf' ? Infinity : Number(le), one.value]);
        else here[one.name.slice(name.length + 1)] = one.value;
    }
    for (const { buckets, sum, count } of series.values()) {
        assert.ok(sum !== undefined && count !== undefined, `${name} has sum and count`);
        assert.equal(buckets.at(-1)[0], Infinity, `${name} ends with +Inf`);
        assert.equal(buckets.at(-1)[1], count, `${name}: count`);
        for (let i = 1; i < buckets.length; i++) {
            assert.ok(buckets[i][0] > buckets[i - 1][0], `${name}: bounds rise`);
            assert.ok(buckets[i][1] >= buckets[i - 1][1], `${name}: buckets are cumulative`);
        }
    }
}

async function scrape(options) {
    const answer = await get('/metrics', options);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    return parse(answer.text);
}

const value = (families, name, labels = {}) =>
    families.get(name).samples.find((one) => Object.entries(labels).every(([key, want]) => one.labels[key] === want))?.value;

describe('/metrics', () => {
    test('is well-formed', async () => {
        await f.people('shape', 1);
        const families = await scrape();
        for (const [name, family] of families) checkFamily(name, family);
        const wanted = [
            'chatd_sockets', 'chatd_users_online', 'chatd_socket_frames_sent_total', 'chatd_socket_sent_bytes_total', 'chatd_sockets_dropped_total',
            'chatd_http_requests_total', 'chatd_http_request_duration_seconds', 'chatd_messages_stored_total', 'chatd_store_commits_total',
            'chatd_store_batch_writes', 'chatd_files_bytes', 'chatd_store_bytes', 'chatd_uptime_seconds', 'process_resident_memory_bytes', 'process_start_time_seconds',
        ];
        assert.deepEqual(wanted.filter((name) => !families.has(name)), []);
    });

    test('counts what happens: sockets, people, messages, requests, commits', async () => {
        const [ada, ben] = await f.people('count', 2);
        const before = await scrape();
        const sockets = [await connect(ada), await connect(ada), await connect(ben)];
        await ada.say(ben, 'x');
        await ada.say(ben, 'y');
        await f.nobody.call('GET /me/info');
        const after = await scrape();
        const grew = (name, labels) => value(after, name, labels) - (value(before, name, labels) || 0);
        assert.equal(grew('chatd_sockets'), 3);
        assert.equal(grew('chatd_users_online'), 2);
        assert.equal(value(after, 'chatd_users_online'), await new Service(server).ok('GET /getOnlineUserCount'));
        assert.equal(grew('chatd_messages_stored_total'), 2);
        assert.equal(grew('chatd_messages'), 2);
        assert.equal(grew('chatd_http_requests_total', { dialect: 'freeim', status: '4xx' }), 1);
        assert.ok(grew('chatd_http_requests_total', { dialect: 'freeim', status: '2xx' }) >= 2);
        assert.equal(grew('chatd_http_requests_total', { dialect: 'freeim', status: '1xx' }), 3, 'three upgrades');
        assert.ok(grew('chatd_store_commits_total') >= 2);
        assert.ok(grew('chatd_socket_frames_sent_total') >= 3, 'the greetings at least');
        assert.ok(value(after, 'process_resident_memory_bytes') > 1e6);
        for (const socket of sockets) await socket.close();
        await until(async () => value(await scrape(), 'chatd_sockets') === value(before, 'chatd_sockets'), 'the sockets to be gone');
    });

    test('is for programs on this machine, unless chat.conf says otherwise', async () => {
        for (const headers of [{ 'X-Forwarded-For': '203.0.113.9' }, { Origin: 'http://evil.example' }, { Host: 'evil.example' }]) {
            const answer = await get('/metrics', { headers });
            assert.equal(answer.status, 403);
            assert.doesNotMatch(answer.text, /chatd_/);
        }
        const open = await startServer({ set: { metrics: 'open' } });
        try {
            assert.equal((await request(open, 'GET', '/metrics', { headers: { 'X-Forwarded-For': '203.0.113.9' } })).status, 200);
        } finally {
            await open.stop();
        }
        const off = await startServer({ set: { metrics: 'off' } });
        try {
            assert.equal((await request(off, 'GET', '/metrics')).status, 404);
        } finally {
            await off.stop();
        }
    });
});

describe('health', () => {
    test('alive and ready are said to anybody', async () => {
        for (const path of ['/healthz', '/readyz'])
            for (const headers of [{}, { 'X-Forwarded-For': '203.0.113.9' }]) {
                const answer = await get(path, { headers });
                assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, { status: 'ok' }], path);
                assert.equal(answer.headers['cache-control'], 'no-store');
            }
        assert.equal((await request(server, 'HEAD', '/readyz')).status, 200);
        assert.equal((await request(server, 'POST', '/healthz')).status, 405);
    });

    test('a server that is ending is alive but not ready', async () => {
        const ending = await startServer();
        const [cat] = await freeim(ending).people('ending', 1);
        const socket = await connect(cat);
        /* A client that does not answer the Close keeps the server waiting for a moment. */
        socket.raw.pause();
        process.kill(ending.pid, 'SIGTERM');
        const state = await until(async () => {
            const answer = await request(ending, 'GET', '/readyz');
            return answer.status === 503 ? JSON.parse(answer.text) : null;
        }, 'the server to say that it is ending');
        assert.deepEqual(state, { status: 'ending' });
        assert.equal((await request(ending, 'GET', '/healthz')).status, 200);
        socket.drop();
        await ending.stop();
    });
});
