// The build's own programs, on small inputs: what they write, and what they refuse.
'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');

const tools = path.resolve(__dirname, '../../build/tools');

function run(tool, files, args, output) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-tools-'));
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), text);
    }
    const ended = spawnSync(path.join(tools, tool), args, { cwd: root, encoding: 'utf8' });
    const written = output.map((name) => (fs.existsSync(path.join(root, name)) ? fs.readFileSync(path.join(root, name), 'latin1') : ''));
    fs.rmSync(root, { recursive: true });
    return { status: ended.status, says: ended.stderr, written };
}

const sqlgen = (files) => run('sqlgen', files, ['.', ...Object.keys(files)], ['queries.h', 'queries.c']);
const embed = (files) => run('embed', files, ['out.c', 'www'], ['out.c']);

// The bytes of the C string literal that follows `static const unsigned char NAME[] =`.
function bytesOf(source, name) {
    const start = source.indexOf(`unsigned char ${name}[] =`);
    const literal = source.slice(source.indexOf('=', start) + 1, source.indexOf(';\n', start));
    const text = literal.trim().split('\n').map((line) => line.trim().slice(1, -1)).join('');
    return Buffer.from(text.replace(/\\(n|[0-7]{3})/g, (_, code) => (code === 'n' ? '\n' : String.fromCharCode(parseInt(code, 8)))), 'latin1');
}

test('sqlgen: queries become an enum and texts, without their comments', () => {
    const { status, written: [header, source] } = sqlgen({
        'users.sql': "-- about users\n-- name: user_by_id\n-- why\nSELECT 'a;\"b' FROM users; -- end\n\n-- name: user_count\nSELECT count(*)\nFROM users\n",
        '0001_first.sql': 'CREATE TABLE a (b);\n-- kept\nCREATE TABLE c (d);\n',
    });
    assert.equal(status, 0);
    assert.match(header, /enum query \{\s+Q_USER_BY_ID,\s+Q_USER_COUNT,\s+Q_COUNT\s+\};/);
    assert.ok(source.includes('"SELECT \'a;\\042b\' FROM users; -- end\\n",'), source);
    assert.ok(source.includes('"user_by_id",\n    "user_count",'), source);
    assert.ok(!source.includes('why') && !source.includes('about'));
    assert.match(source, /\{ 1, "first",\s+"CREATE TABLE a \(b\);\\n"\s+"-- kept\\n"\s+"CREATE TABLE c \(d\);\\n" \}/);
    assert.match(source, /migration_count = 1;/);
});

const refused = {
    'the same name twice': [{ 'a.sql': '-- name: q\nSELECT 1;\n', 'b.sql': '-- name: q\nSELECT 2;\n' }, 'b.sql:1: query q exists already in a.sql:1'],
    'an empty query': [{ 'a.sql': '-- name: q\n-- nothing\n\n-- name: r\nSELECT 1;\n' }, 'a.sql:1: query q is empty'],
    'an empty last query': [{ 'a.sql': '-- name: q\nSELECT 1;\n-- name: r\n' }, 'a.sql:3: query r is empty'],
    'two statements': [{ 'a.sql': '-- name: q\nSELECT 1; SELECT 2;\n' }, 'a.sql:1: query q holds more than one statement'],
    'a quote left open': [{ 'a.sql': "-- name: q\nSELECT 'a;\n" }, 'a.sql:1: query q holds more than one statement, or an open quote'],
    'SQL without a name': [{ 'a.sql': 'SELECT 1;\n' }, 'a.sql:1: SQL before the first'],
    'a name C cannot take': [{ 'a.sql': '-- name: by-id\nSELECT 1;\n' }, 'a.sql:1: a query name is made of'],
    'a gap in the migrations': [{ '0001_a.sql': 'SELECT 1;', '0003_c.sql': 'SELECT 3;' }, 'expected number 0002, found 0003_c'],
    'a number used twice': [{ '0001_a.sql': 'SELECT 1;', '0001_b.sql': 'SELECT 3;' }, 'expected number 0002, found 0001_'],
    'a migration without a name': [{ '0001.sql': 'SELECT 1;' }, '0001.sql: a migration is named NNNN_name.sql'],
    'an empty migration': [{ '0001_a.sql': ' \n' }, '0001_a.sql: is empty'],
};
for (const [name, [files, sentence]] of Object.entries(refused)) {
    test(`sqlgen refuses ${name}`, () => {
        const { status, says } = sqlgen(files);
        assert.ok(says.includes(sentence), says);
        assert.equal(status, 1);
    });
}

const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const long = 'chat '.repeat(500);

test('embed: every byte arrives, plain and compressed, under its path and type', () => {
    const { status, says, written: [source] } = embed({
        'www/index.html': long, 'www/img/a.png': every, 'www/js/app.js': 'x??=\n"\\', 'www/.npmrc': 'no', 'www/package.json': '{}',
        'www/README.md': 'no', 'www/node_modules/m/m.js': 'export {}', 'www/node_modules/m/other.js': 'no',
        'www/vendor.list': '# vendored\nm/m.js /vendor/m.js\n',
    });
    assert.equal(says, '');
    assert.equal(status, 0);
    const rows = [...source.matchAll(/\{ "(\/[^"]+)", "([^"]+)", "\\("[0-9a-f]{32})\\"", (data\d), (\d+), (gzip\d|0), (\d+) \}/g)].map((row) => row.slice(1));
    assert.deepEqual(rows.map(([url, mime]) => [url, mime]), [
        ['/img/a.png', 'image/png'], ['/index.html', 'text/html; charset=utf-8'],
        ['/js/app.js', 'text/javascript; charset=utf-8'], ['/vendor/m.js', 'text/javascript; charset=utf-8'],
    ]);
    assert.match(source, /asset_count = 4;/);
    assert.ok(!source.includes('??'), 'a trigraph');
    const [png, html, js] = rows;
    assert.deepEqual(bytesOf(source, png[3]), every);
    assert.equal(png[4], '256');
    assert.equal(png[5], '0', 'compressing 256 different bytes saves nothing');
    assert.equal(bytesOf(source, js[3]).toString(), 'x??=\n"\\');
    const packed = bytesOf(source, html[5]);
    assert.equal(packed.length, Number(html[6]));
    assert.equal(zlib.gunzipSync(packed).toString(), long);
});

test('embed: the tag follows the content', () => {
    const tag = (text) => /\\("[0-9a-f]{32})/.exec(embed({ 'www/a.css': text, 'www/vendor.list': '' }).written[0])[1];
    assert.equal(tag('a{}'), tag('a{}'));
    assert.notEqual(tag('a{}'), tag('b{}'));
});

test('embed: without a vendor list it warns and goes on', () => {
    const { status, says } = embed({ 'www/a.css': '' });
    assert.equal(status, 0);
    assert.match(says, /no vendored modules are embedded/);
});

const unembeddable = {
    'a type it does not know': [{ 'www/a.exe': '', 'www/vendor.list': '' }, 'www/a.exe'],
    'two files at one path': [{ 'www/a.js': '1', 'www/node_modules/a.js': '2', 'www/vendor.list': 'a.js /a.js' }, 'both want /a.js'],
    'a vendored file that is not there': [{ 'www/vendor.list': 'm.js /m.js' }, 'www/node_modules/m.js: cannot be read'],
    'half a line in the vendor list': [{ 'www/vendor.list': 'm.js' }, 'www/vendor.list:1: expected a file'],
};
for (const [name, [files, sentence]] of Object.entries(unembeddable)) {
    test(`embed refuses ${name}`, () => {
        const { status, says } = embed(files);
        assert.ok(says.includes(sentence), says);
        assert.equal(status, 1);
    });
}
