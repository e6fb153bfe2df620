// The lint itself: a tree that keeps the rules passes, and each breach is found at its place. A lint that finds nothing
// looks exactly like clean code.
'use strict';
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

function lint(files, ...options) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-lint-'));
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), text);
    }
    const run = spawnSync(process.execPath, [path.join(__dirname, 'lint.js'), '--root', root, ...options], { encoding: 'utf8' });
    const sums = path.join(root, 'db/migrations/SHA256SUMS');
    const result = { output: run.stdout + run.stderr, status: run.status, sums: fs.existsSync(sums) ? fs.readFileSync(sums, 'utf8') : '' };
    fs.rmSync(root, { recursive: true });
    return result;
}

const body = (lines) => `static int f(void)\n{\n${'    g();\n'.repeat(lines - 2)}}\n`;
const word = 'TO' + 'DO';

const clean = {
    'app/base/str.h': '#include <stddef.h>\nint str_len(const char *s);\n',
    'app/domain/user.c': '#include "base/str.h"\n#include "db/db.h"\n/* camelCase and jwt_decode( in a comment */\n',
    'db/db.h': '#include <sqlite3.h>\nint db_open(const char *path);\n',
    'handlers/x/chat.c': `#include "domain/user.h"\n${body(25)}`,
    'app/domain/user.h': 'typedef int handler_fn(int a);\nint user_find(int id);\n',
    'test/unit/test_a.c': 'cmocka_run_group_tests(tests); assert_true(1);\n',
};

test('a tree that keeps the rules has nothing said about it', () => {
    const { output, status } = lint(clean);
    assert.equal(output, 'lint: nothing to say\n');
    assert.equal(status, 0);
});

const breaches = {
    'a lower layer includes a higher one': [{ 'app/base/str.c': '\n#include "domain/user.h"\n' },
        'app/base/str.c:2: layer base may not include app/domain/user.h'],
    'http includes ws': [{ 'app/ws/hub.h': '', 'app/http/a.c': '#include "ws/hub.h"\n' },
        'app/http/a.c:1: layer http may not include app/ws/hub.h'],
    'domain includes a dialect': [{ 'handlers/x/x.h': '', 'app/domain/a.c': '#include "handlers/x/x.h"\n' },
        'app/domain/a.c:1: layer domain may not include handlers/x/x.h'],
    'a handler knows SQLite': [{ 'handlers/x/b.c': '#include <sqlite3.h>\n' }, 'handlers/x/b.c:1: sqlite3.h may not be included here'],
    'db knows JSON': [{ 'db/a.c': '#include <cjson/cJSON.h>\n' }, 'db/a.c:1: cjson/cJSON.h may not be included here'],
    'a handler knows the engine': [{ 'app/civetweb/engine.h': '', 'handlers/x/b.c': '#include "civetweb/engine.h"\n' },
        'handlers/x/b.c:1: layer handlers may not include app/civetweb/engine.h'],
    'a handler of 41 lines': [{ 'handlers/x/b.c': body(41) }, 'handlers/x/b.c:1: f has 41 lines; the limit here is 40'],
    'a function of 61 lines': [{ 'db/a.c': body(61) }, 'db/a.c:1: f has 61 lines; the limit here is 60'],
    'an exception nobody needs': [{ 'db/a.c': body(9), 'test/lint/length.allow': 'db/a.c:f because\n' },
        'test/lint/length.allow:1: db/a.c:f needs no exception any more'],
    'an exception without a reason': [{ 'test/lint/length.allow': 'db/a.c:f\n' }, 'test/lint/length.allow:1: expected FILE:FUNCTION and a reason'],
    'a file of 801 lines': [{ 'db/a.c': '\n'.repeat(801) }, 'db/a.c:801: the file has more than 800 lines'],
    'a camelCase name': [{ 'db/a.c': 'int userId;\n' }, 'db/a.c:1: userId: names are lower_case'],
    'a public function of one word': [{ 'db/db.h': 'int fetch(int id);\n' }, 'db/db.h:1: fetch: a public function is called noun_verb'],
    'a struct typedef': [{ 'db/a.c': 'typedef struct row row;\n' }, 'db/a.c:1: write "struct noun", without a typedef'],
    'a promise': [{ 'db/a.c': `/* ${word}: later */\n` }, `db/a.c:1: "${word}"`],
    'tokens verified twice': [{ 'app/base/crypto.c': 'jwt_decode(a);\n', 'handlers/x/b.c': 'jwt_decode(a);\n' }, 'jwt_decode is called in'],
    'a lock that names a registry': [{ 'test/package-lock.json': '{"resolved": "x"}' }, 'test/package-lock.json:1: a lock file names no registry'],
    'a migration nobody entered': [{ 'db/migrations/0001_a.sql': 'SELECT 1;' }, 'db/migrations/0001_a.sql:1: is not in SHA256SUMS'],
    'a migration that changed': [{ 'db/migrations/0001_a.sql': 'SELECT 1;', 'db/migrations/SHA256SUMS': `${'0'.repeat(64)}  0001_a.sql\n` },
        'db/migrations/0001_a.sql:1: has changed'],
    'a migration that is gone': [{ 'db/migrations/SHA256SUMS': `${'0'.repeat(64)}  0001_a.sql\n` }, '0001_a.sql is gone'],
    'a test that cannot fail': [{ 'test/unit/test_b.c': 'cmocka_run_group_tests(tests);\n' }, 'test/unit/test_b.c:1: asserts nothing'],
    'a test file without a test': [{ 'test/api/a.test.js': 'assert.ok(1);\n' }, 'test/api/a.test.js:1: holds no test'],
    'a fuzz target without inputs': [{ 'test/fuzz/fuzz_a.c': '' }, 'test/fuzz/fuzz_a.c:1: has no inputs in test/fuzz/corpus/a'],
};

for (const [name, [files, sentence]] of Object.entries(breaches)) {
    test(`found: ${name}`, () => {
        const { output, status } = lint({ ...clean, ...files });
        assert.ok(output.includes(sentence), output);
        assert.match(output, /lint: 1 to mend\n$/);
        assert.equal(status, 1);
    });
}

test('a handler of 26 lines is only warned about', () => {
    const { output, status } = lint({ 'handlers/x/b.c': body(26) });
    assert.match(output, /^handlers\/x\/b\.c:1: warning: f has 26 lines/);
    assert.equal(status, 0);
});

test('migrations-sums enters what is new and leaves what is there', () => {
    const old = `${'0'.repeat(64)}  0001_a.sql\n`;
    const { sums } = lint({ 'db/migrations/0001_a.sql': 'SELECT 1;', 'db/migrations/0002_b.sql': 'SELECT 2;\n', 'db/migrations/SHA256SUMS': old },
        '--add-migrations');
    const sum = crypto.createHash('sha256').update('SELECT 2;\n').digest('hex');
    assert.equal(sums, `${old}${sum}  0002_b.sql\n`);
});
