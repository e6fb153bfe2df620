'use strict';
/* The local CA: what it signs is accepted by whoever trusts it and by nobody else, what it must not sign is refused,
 * everybody can fetch it, and a certificate changes without anybody losing a connection (product.md 3.1). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const { startServer, runChatd, tempDir } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim } = require('../harness/client.js');
const { lanAddress, dummyAddress } = require('../harness/lan.js');
const { open } = require('../harness/rawws.js');
const { SLOW, until, within } = require('../harness/wait.js');

let server, lan, ca, scratch;
const inData = (name) => path.join(server.dataDir, name);
before(async () => {
    scratch = tempDir();
    lan = lanAddress();
    server = await startServer({ set: { listen: ['0s', '0'] } });
    ca = fs.readFileSync(inData('ca-cert.pem'));
});
after(async () => {
    await server?.stop();
    lan?.release();
    fs.rmSync(scratch, { recursive: true, force: true });
});

/* The certificate host shows; rejects as node rejects it. */
function handshake(host, options = {}, port = server.port) {
    return within(
        new Promise((resolve, reject) => {
            const socket = tls.connect({ host, port, ...options }, () => {
                const cert = new crypto.X509Certificate(socket.getPeerCertificate().raw);
                socket.destroy();
                resolve(cert);
            });
            socket.once('error', reject);
        }),
        `a handshake with ${host}`,
    );
}

const openssl = (...args) => execFileSync('openssl', args, { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const verify = (...args) => {
    const { status, stdout, stderr } = spawnSync('openssl', ['verify', '-CAfile', inData('ca-cert.pem'), ...args], { cwd: scratch });
    return { ok: status === 0, said: `${stdout}${stderr}` };
};

/* A certificate for names that the CA's own key signs, as a thief of the key would. */
function forge(name, names) {
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`,
        '-subj', '/CN=forged', '-out', `${name}.csr`);
    fs.writeFileSync(path.join(scratch, `${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', inData('ca-cert.pem'), '-CAkey', inData('ca-key.pem'),
        '-set_serial', '4711', '-days', '30', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
    return path.join(scratch, `${name}.pem`);
}

describe('what the CA signs', () => {
    test('whoever trusts it accepts the server by loopback, name and LAN address', async () => {
        for (const host of ['127.0.0.1', 'localhost', '::1', lan.address]) {
            const cert = await handshake(host, { ca, servername: /^[a-z]/.test(host) ? host : '' });
            assert.equal(net.isIP(host) ? cert.checkIP(host) : cert.checkHost(host), host);
        }
    });

    test('nobody else does', () => assert.rejects(handshake('127.0.0.1'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }));

    test('a name it is not for is refused', () =>
        assert.rejects(handshake('127.0.0.1', { ca, servername: 'chat.example.com' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }));

    test('openssl finds the chain good, and the constraints critical', () => {
        assert.ok(verify('-purpose', 'sslserver', '-x509_strict', inData('tls-cert.pem')).ok, verify(inData('tls-cert.pem')).said);
        const text = openssl('x509', '-in', inData('ca-cert.pem'), '-noout', '-text');
        assert.match(text, /X509v3 Name Constraints: critical\s+Permitted:/);
        for (const range of ['10.0.0.0/255.0.0.0', '172.16.0.0/255.240.0.0', '192.168.0.0/255.255.0.0', '169.254.0.0/255.255.0.0', '127.0.0.0/255.0.0.0'])
            assert.ok(text.includes(`IP:${range}`), range);
        assert.match(text, /DNS:localhost/);
    });

    for (const [what, names] of [['a bank', 'DNS:example.com'], ['a public address', 'IP:8.8.8.8'], ['a bank beside us', 'DNS:localhost,DNS:example.com'], ['every .local name', 'DNS:*.local']])
        test(`a certificate for ${what} is refused, though the CA signed it`, () => {
            const { ok, said } = verify(forge('forged', names));
            assert.ok(!ok, said);
            assert.match(said, /permitted subtree violation/);
        });

    test('a certificate for this host is not (the forger above can sign)', () => assert.ok(verify(forge('fine', 'DNS:localhost,IP:10.1.2.3')).ok));

    test('keys are readable by the owner alone', () => {
        for (const name of ['ca-key.pem', 'tls-key.pem']) assert.equal(fs.statSync(inData(name)).mode & 0o777, 0o600, name);
    });
});

describe('fetching it', () => {
    const print = () => new crypto.X509Certificate(ca).fingerprint256;
    for (const which of [0, 1])
        test(`over ${which ? 'http' : 'https'}: DER, PEM, and a profile for Apple`, async () => {
            const listener = server.listeners[which].url;
            const get = (file) => request(server, 'GET', file, { listener });
            const crt = await get('/ca.crt');
            assert.equal(crt.status, 200);
            assert.equal(crt.headers['content-type'], 'application/x-x509-ca-cert');
            assert.equal(new crypto.X509Certificate(crt.bytes).fingerprint256, print());
            const pem = await get('/ca.pem');
            assert.equal(pem.headers['content-type'], 'application/x-pem-file');
            assert.equal(pem.text, ca.toString());
            const profile = await get('/ca.mobileconfig');
            assert.equal(profile.headers['content-type'], 'application/x-apple-aspen-config');
            const data = /<key>PayloadContent<\/key><data>([A-Za-z0-9+/=]+)<\/data>/.exec(profile.text)[1];
            assert.equal(new crypto.X509Certificate(Buffer.from(data, 'base64')).fingerprint256, print());
            assert.equal(new Set(profile.text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)).size, 2, 'two ids');
            assert.equal((await request(server, 'POST', '/ca.crt', { listener, body: '' })).status, 405);
        });

    test('the name of the site cannot break out of the profile', async () => {
        const odd = await startServer({ set: { listen: '127.0.0.1:0s', site_name: 'a</string>&<b>' } });
        try {
            const { text } = await request(odd, 'GET', '/ca.mobileconfig');
            assert.ok(text.includes('<string>a&lt;/string>&amp;&lt;b></string>'), text);
        } finally {
            await odd.stop();
        }
    });

    test('chatd trust prints path, fingerprint and two lines for each system, beside the running server', async () => {
        const { code, stdout } = await runChatd(['-s', `data_dir=${server.dataDir}`, 'trust']);
        assert.equal(code, 0);
        assert.ok(stdout.includes(inData('ca-cert.pem')) && stdout.includes(print()), stdout);
        for (const system of ['Debian, Ubuntu', 'Fedora', 'macOS', 'Windows', 'Android', 'iPhone, iPad', 'Firefox'])
            assert.match(stdout, new RegExp(`^${system}.*\\n  \\S.*\\n  \\S.*$`, 'm'));
    });

    test('chatd trust without a CA says so', async () => {
        const { code, stdout, stderr } = await runChatd(['-s', `data_dir=${scratch}`, 'trust']);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(stderr, /^chatd: data_dir: .*no CA/);
    });
});

/* ---- the owner's certificate, changed while the server runs ---- */

describe('tls_cert and tls_key', () => {
    let own;
    const print = (name) => new crypto.X509Certificate(fs.readFileSync(path.join(scratch, name))).fingerprint256;
    const sign = (name) => openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
        '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1');
    const install = (name) => {
        for (const kind of ['key', 'pem']) fs.copyFileSync(path.join(scratch, `${name}.${kind}`), path.join(scratch, `own.${kind}`));
    };
    const shown = async () => (await handshake('127.0.0.1', { rejectUnauthorized: false }, own.port)).fingerprint256;
    const hup = async (word) => {
        const before = own.stderr.length;
        own.child.kill('SIGHUP');
        await until(() => own.stderr.slice(before).includes(word), `"${word}" in the log`);
    };
    before(async () => {
        for (const name of ['one', 'two', 'three']) sign(name);
        install('one');
        own = await startServer({ set: { listen: '127.0.0.1:0s', tls_cert: path.join(scratch, 'own.pem'), tls_key: path.join(scratch, 'own.key') } });
    });
    after(() => own?.stop());

    test('SIGHUP: new handshakes see the new one, an open socket stays and speaks', async () => {
        const [alice] = await freeim(own).people('hup', 1);
        const ws = await open(own, alice.token);
        assert.equal(await shown(), print('one.pem'));
        install('two');
        await hup('was read again');
        assert.equal(await shown(), print('two.pem'));
        await ws.text({ type: 'ping' });
        assert.equal(JSON.parse(await ws.expect(1)).type, 'ping');
        await ws.close(1000);
        assert.equal(await ws.closed(), 1000);
    });

    const spoil = {
        'the key of another': () => fs.copyFileSync(path.join(scratch, 'three.key'), path.join(scratch, 'own.key')),
        'no certificate': () => fs.writeFileSync(path.join(scratch, 'own.pem'), 'nonsense'),
        'no file': () => fs.rmSync(path.join(scratch, 'own.pem')),
        'a key with a passphrase': () => openssl('pkey', '-in', 'two.key', '-aes128', '-passout', 'pass:secret', '-out', 'own.key'),
    };
    for (const [what, act] of Object.entries(spoil))
        test(`SIGHUP with ${what}: the old one stays, and the log says so`, async () => {
            install('two');
            act();
            await hup('the old certificate stays');
            assert.equal(await shown(), print('two.pem'));
        });

    test('a server does not start on them', async () => {
        for (const act of Object.values(spoil)) {
            install('two');
            act();
            const { code, stderr } = await runChatd(['-s', 'listen=127.0.0.1:0s', '-s', `data_dir=${path.join(scratch, 'data')}`, '-s', 'max_sockets=10',
                '-s', `tls_cert=${path.join(scratch, 'own.pem')}`, '-s', `tls_key=${path.join(scratch, 'own.key')}`]);
            assert.equal(code, 78);
            assert.match(stderr, /^chatd: tls_(cert|key): /m);
        }
        install('two');
    });

    test('there is no CA of ours to fetch or print', async () => {
        assert.equal((await request(own, 'GET', '/ca.crt')).status, 404);
        const { code, stderr } = await runChatd(['-s', `tls_cert=${path.join(scratch, 'own.pem')}`, '-s', `data_dir=${own.dataDir}`, 'trust']);
        assert.equal(code, 1);
        assert.match(stderr, /^chatd: tls_cert: .* nothing of ours has to be trusted/);
    });
});

const skip = process.getuid() !== 0 && 'adding an address needs root';
test('an address the machine gets while the server runs is in the next certificate, and sockets stay', { skip }, async () => {
    const [alice] = await freeim(server).people('moved', 1);
    const ws = await open(server, alice.token);
    const old = await handshake('127.0.0.1', { ca });
    const added = dummyAddress();
    try {
        await until(async () => (await handshake('127.0.0.1', { ca })).checkIP(added.address), 'a certificate for the new address', 25000 * SLOW);
        assert.equal(old.checkIP(added.address), undefined);
        await handshake(added.address, { ca });
        await ws.text({ type: 'ping' });
        assert.equal(JSON.parse(await ws.expect(1)).type, 'ping');
    } finally {
        added.release();
        await ws.close(1000);
    }
});
