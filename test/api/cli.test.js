'use strict';
/* The program itself: flags, configuration, what it refuses to start on, its data folder, how it ends. */
const { test, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { startServer, runChatd, tempDir } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { request } = require('../harness/http.js');
const { connect } = require('../harness/chat.js');
const { SLOW } = require('../harness/wait.js');

const EXIT_USAGE = 2;
const EXIT_CONFIG = 78;
const dirs = [];
const dir = () => {
    dirs.push(tempDir());
    return dirs.at(-1);
};
after(() => dirs.forEach((one) => fs.rmSync(one, { recursive: true, force: true })));

const start = (dataDir, ...sets) =>
    runChatd([
        '-s',
        'listen=127.0.0.1:0',
        '-s',
        `data_dir=${dataDir}`,
        '-s',
        'max_sockets=10',
        ...sets.flatMap((one) => ['-s', one]),
    ]);

/* A refusal is one sentence on stderr that names what is wrong, nothing on stdout, and the status of the matter. */
function assertRefused({ code, stdout, stderr }, status, ...naming) {
    assert.equal(code, status, `${code}: ${stderr}`);
    assert.ok(!stdout.includes('ready') && !stdout.includes('listening'), stdout);
    const lines = stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('chatd: '));
    assert.equal(lines.length, 1, stderr);
    for (const name of naming) assert.ok(lines[0].includes(name), `${lines[0]} does not name ${name}`);
}

test('--help names every key with its default, --version the version', async () => {
    const help = await runChatd(['--help']);
    assert.equal(help.code, 0);
    for (const key of [
        'listen',
        'data_dir',
        'captcha',
        'password_cost',
        'max_sockets',
        'recall_seconds',
        'messages_from',
    ])
        assert.match(help.stdout, new RegExp(`^\\s+${key}\\s`, 'm'));
    assert.equal(help.stderr, '');
    const version = await runChatd(['--version']);
    assert.deepEqual([version.code, /^chatd \d+\.\d+\.\d+\n$/.test(version.stdout)], [0, true], version.stdout);
});

test('a flag or a word it does not know is a usage error', async () => {
    for (const args of [['--nonsense'], ['-x'], ['nonsense'], ['routes', 'more'], ['-s']]) {
        const { code, stdout, stderr } = await runChatd(args);
        assert.deepEqual([code, stdout], [EXIT_USAGE, ''], args.join(' '));
        assert.match(stderr, /chatd/);
    }
});

test('--check-config says yes to a good one and starts nothing', async () => {
    const dataDir = path.join(dir(), 'not-made');
    const { code, stdout, stderr } = await runChatd([
        '-s',
        `data_dir=${dataDir}`,
        '-s',
        'listen=127.0.0.1:0',
        '--check-config',
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /good/);
    assert.ok(!fs.existsSync(dataDir));
});

test('a key, a value or a file it cannot take is named, with 78', async () => {
    const file = path.join(dir(), 'chat.conf');
    const cases = [
        [['-s', 'lisen=8080'], 'lisen'],
        [['-s', 'no equals sign'], '-s'],
        [['-s', '=5'], '='],
        [['-s', 'captcha=maybe'], 'captcha'],
        [['-s', 'password_cost=99'], 'password_cost'],
        [['-s', 'password_cost=4x'], 'password_cost'],
        [['-s', 'max_sockets=-1'], 'max_sockets'],
        [['-s', 'max_sockets=99999999999999999999'], 'max_sockets'],
        [['-s', 'request_body_bytes=1Q'], 'request_body_bytes'],
        [['-s', 'listen=127.0.0.1:99999'], 'listen'],
        [['-s', 'listen=nowhere'], 'listen'],
        [['-s', 'listen=127.0.0.1:0 klingon'], 'klingon'],
        [['-s', 'registration=perhaps'], 'registration'],
        [['-s', 'data_dir='], 'data_dir'],
        [['-s', 'recall_seconds='], 'recall_seconds'],
        [['-c', path.join(dir(), 'absent.conf')], 'absent.conf'],
        [['-c', file], 'chat.conf'],
    ];
    fs.writeFileSync(file, 'captcha = off\n\ntypo_key = 1\n');
    for (const [args, name] of cases) {
        assertRefused(await runChatd([...args, '--check-config']), EXIT_CONFIG, name);
        assertRefused(await runChatd(args), EXIT_CONFIG, name);
    }
    const { stderr } = await runChatd(['-c', file, '--check-config']);
    assert.ok(stderr.includes('typo_key') && /\b3\b/.test(stderr), `the line and the key: ${stderr}`);
});

test('file, environment and -s, each over the one before', async () => {
    const file = path.join(dir(), 'chat.conf');
    fs.writeFileSync(file, 'site_name = from the file\nrecall_seconds = 11\nmessages_from = friends\n');
    const server = await startServer({
        args: ['-c', file],
        set: { recall_seconds: 33 },
        env: { CHATD_RECALL_SECONDS: '22', CHATD_SITE_NAME: 'from the environment' },
    });
    try {
        const { result } = JSON.parse((await request(server, 'GET', '/api/v1/site/config')).text);
        assert.deepEqual([result.siteName, result.recallSeconds], ['from the environment', 33]);
    } finally {
        await server.stop();
    }
    assertRefused(await runChatd(['--check-config'], { env: { CHATD_TYPO: '1' } }), EXIT_CONFIG, 'CHATD_TYPO');
});

test('a busy port is refused by its number', async () => {
    const busy = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    const { port } = busy.address();
    try {
        assertRefused(
            await runChatd(['-s', `listen=127.0.0.1:${port}`, '-s', `data_dir=${dir()}`, '-s', 'max_sockets=10']),
            EXIT_CONFIG,
            String(port),
        );
    } finally {
        busy.close();
    }
});

test('a data folder that is none, or where nothing can be made', async () => {
    const base = dir();
    const file = path.join(base, 'a-file');
    fs.writeFileSync(file, 'x');
    for (const bad of [file, path.join(file, 'below'), path.join(base, 'no', 'such', 'parent')])
        assertRefused(await start(bad), EXIT_CONFIG, bad);
    if (fs.existsSync('/proc')) assertRefused(await start('/proc/nothing-here'), EXIT_CONFIG, '/proc/nothing-here');
});

test('two servers on one folder: the second is refused, the first goes on', async () => {
    const server = await startServer();
    try {
        assertRefused(await start(server.dataDir), EXIT_CONFIG, server.dataDir, 'another');
        assert.equal((await request(server, 'GET', '/api/v1/site/config')).status, 200);
        await server.kill9();
        await server.start(); /* a crash leaves no lock behind */
    } finally {
        await server.stop();
    }
});

test('a folder of a server that was stopped opens again and keeps everybody', async () => {
    const dataDir = dir();
    for (let round = 0; round < 3; round++) {
        const server = await startServer({ dataDir });
        const f = freeim(server);
        if (round === 0) await f.register('lasting');
        await f.login('lasting');
        await server.stop();
    }
});

/* The file header's big-endian numbers: user_version at 60, application_id at 68. */
function patchHeader(dataDir, offset, value) {
    const file = path.join(dataDir, 'chatd.db');
    const fd = fs.openSync(file, 'r+');
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    fs.writeSync(fd, bytes, 0, 4, offset);
    fs.closeSync(fd);
}

async function stoppedFolder() {
    const dataDir = dir();
    await (await startServer({ dataDir })).stop();
    assert.ok(
        !fs.existsSync(path.join(dataDir, 'chatd.db-wal')) ||
            fs.statSync(path.join(dataDir, 'chatd.db-wal')).size === 0,
        'an orderly end leaves no write-ahead log',
    );
    return dataDir;
}

test('a database of a newer chatd is refused and not touched', async () => {
    const dataDir = await stoppedFolder();
    patchHeader(dataDir, 60, 9999);
    const before = fs.readFileSync(path.join(dataDir, 'chatd.db'));
    assertRefused(await start(dataDir), EXIT_CONFIG, 'newer');
    assert.ok(before.equals(fs.readFileSync(path.join(dataDir, 'chatd.db'))));
});

test('a database that is not ours, or none at all, is refused and not touched', async () => {
    const foreign = await stoppedFolder();
    patchHeader(foreign, 68, 0x12345678);
    const garbage = dir();
    fs.writeFileSync(
        path.join(garbage, 'chatd.db'),
        'this is no database, and long enough to be looked at '.repeat(40),
    );
    const cut = await stoppedFolder();
    fs.truncateSync(path.join(cut, 'chatd.db'), 5000);
    for (const dataDir of [foreign, garbage, cut]) {
        const before = fs.readFileSync(path.join(dataDir, 'chatd.db'));
        assertRefused(await start(dataDir), EXIT_CONFIG, 'chatd.db');
        assert.ok(before.equals(fs.readFileSync(path.join(dataDir, 'chatd.db'))), 'the file was changed');
    }
});

test('damaged pages are noticed at the start, never served silently', async () => {
    const dataDir = dir();
    const server = await startServer({ dataDir });
    const f = freeim(server);
    const [alice, bob] = await f.people('page', 2);
    for (let i = 0; i < 40; i++) await alice.say(bob, `message ${i} `.repeat(60));
    await server.stop();
    const file = path.join(dataDir, 'chatd.db');
    const { size } = fs.statSync(file);
    const fd = fs.openSync(file, 'r+');
    for (let at = 4096 * 3; at < size; at += 4096 * 5) fs.writeSync(fd, Buffer.alloc(64, 0xa5), 0, 64, at);
    fs.closeSync(fd);
    assertRefused(await start(dataDir), EXIT_CONFIG, 'chatd.db');
});

test('a key of the wrong size is refused, not replaced', async () => {
    const dataDir = await stoppedFolder();
    fs.writeFileSync(path.join(dataDir, 'jwt.key'), 'short');
    assertRefused(await start(dataDir), EXIT_CONFIG, 'jwt.key');
    assert.equal(fs.readFileSync(path.join(dataDir, 'jwt.key'), 'utf8'), 'short');
});

test('the data folder is 0700 and everything in it 0600; secrets are not printed', async () => {
    const dataDir = path.join(dir(), 'made');
    const old = process.umask(0);
    const server = await startServer({ dataDir, set: { listen: ['127.0.0.1:0', '127.0.0.1:0s'] } });
    process.umask(old);
    try {
        const f = freeim(server);
        const [alice, bob] = await f.people('mode', 2);
        await alice.say(bob, 'x');
        assert.equal(fs.statSync(dataDir).mode & 0o777, 0o700);
        const names = fs.readdirSync(dataDir);
        for (const name of ['jwt.key', 'chatd.db', 'tls-key.pem', 'tls-cert.pem'])
            assert.ok(names.includes(name), name);
        for (const name of names)
            assert.equal(fs.statSync(path.join(dataDir, name)).mode & 0o077, 0, `${name} is readable by others`);
        const key = fs.readFileSync(path.join(dataDir, 'jwt.key'));
        for (const form of ['hex', 'base64', 'base64url'])
            assert.ok(!(server.stdout + server.stderr).includes(key.toString(form)));
        const environment = fs.readFileSync(`/proc/${server.pid}/limits`, 'utf8');
        if (!process.env.SAN) assert.match(environment, /Max core file size\s+0\s+0/);
    } finally {
        await server.stop();
    }
});

test('SIGTERM ends it with 0, quickly, with sockets and requests open; each socket is told 1001', async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
        const server = await startServer();
        try {
            const f = freeim(server);
            const people = await f.people('end', 5);
            const sockets = [];
            for (const one of people) sockets.push(await connect(one), await connect(one));
            const half = net.connect(server.port, server.host);
            half.on('error', () => {});
            half.write('POST /api/v1/chat/send HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf');
            const sent = Promise.allSettled(
                Array.from({ length: 30 }, (_, i) => people[i % 5].say(people[(i + 1) % 5], `late ${i}`)),
            );
            const started = Date.now();
            server.child.kill(signal);
            const codes = await Promise.all(sockets.map((one) => one.closed()));
            const { code } = await server.ended;
            assert.equal(code, 0, signal);
            assert.ok(Date.now() - started < 5000 * SLOW, `${signal}: it took ${Date.now() - started} ms`);
            assert.deepEqual(codes, Array(10).fill(1001));
            half.destroy();
            /* What was answered before the end is there after it. */
            const acked = (await sent).filter((one) => one.status === 'fulfilled').map((one) => one.value);
            await server.start();
            for (const one of acked) {
                const sender = people.find((person) => person.id === one.fromId);
                const { items } = await sender.history(one.toId, { limit: 500 });
                assert.ok(
                    items.some((item) => item.id === one.id),
                    'an answered message is gone',
                );
            }
        } finally {
            await server.stop();
        }
    }
});

test('a socket that does not answer its Close does not hold up the end', async () => {
    const server = await startServer();
    try {
        const f = freeim(server);
        const [alice, bob] = await f.people('mute', 2);
        const [silent, good] = [await connect(alice), await connect(bob)];
        silent.raw.pause();
        const started = Date.now();
        await server.halt();
        assert.ok(Date.now() - started < 9000 * SLOW);
        assert.equal(await good.closed(), 1001);
        silent.drop();
    } finally {
        await server.stop();
    }
});

test('stdout says where it listens, in a form scripts can read', async () => {
    const server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0s', '127.0.0.1:0 freeim'] } });
    try {
        const lines = server.stdout.trim().split('\n').slice(1);
        assert.match(lines[0], /^listening http:\/\/127\.0\.0\.1:\d+$/);
        assert.match(lines[1], /^listening https:\/\/127\.0\.0\.1:\d+$/);
        assert.match(lines[2], /^listening http:\/\/127\.0\.0\.1:\d+ freeim$/);
        assert.match(lines[3], /^setup http:\/\/127\.0\.0\.1:\d+\/setup#[0-9a-f]{40}$/); /* nobody runs this server yet */
        assert.deepEqual(lines.slice(4), ['ready']);
        for (const { url } of server.listeners)
            assert.ok((await request(server, 'GET', '/me/info', { listener: url })).status > 0);
    } finally {
        await server.stop();
    }
});
