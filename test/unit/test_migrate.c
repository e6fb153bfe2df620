/* Migrations that fill in what older stores lack: a store of the schema before one, with rows in it. */
#include "db/internal.h"
#include "test/unit/fixture.h"

static void run(sqlite3 *sqlite, const char *sql)
{
    char *error = NULL;

    if (sqlite3_exec(sqlite, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
}

static int64_t count_of(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *s;
    int64_t count;

    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    count = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return count;
}

/* A store with two users as it was before the migration of that name. */
static sqlite3 *store_before(struct fixture *f, const char *name)
{
    sqlite3 *sqlite;
    size_t i = 0;

    assert_int_equal(sqlite3_open(":memory:", &sqlite), SQLITE_OK);
    assert_int_equal(search_register(sqlite), SQLITE_OK);
    assert_int_equal(db_add_functions(sqlite), SQLITE_OK);
    for (; i < migration_count && strstr(migrations[i].name, name) == NULL; i++)
        run(sqlite, migrations[i].sql);
    assert_true(i < migration_count);
    run(sqlite, arena_printf(f->arena, "PRAGMA user_version = %d; PRAGMA application_id = %d",
                             migrations[i].number - 1, DB_APPLICATION_ID));
    run(sqlite, "INSERT INTO users (uid, username, nickname, created_at_ms, updated_at_ms) "
                "VALUES ('a', 'a', 'a', 0, 0), ('b', 'b', 'b', 0, 0), ('c', 'c', 'c', 0, 0)");
    return sqlite;
}

static void bring_up(sqlite3 *sqlite)
{
    char *error = NULL;

    if (!migrate(sqlite, NULL, &error))
        fail_msg("%s", error);
}

static void kinds_are_numbered(void **state)
{
    sqlite3 *sqlite = store_before(*state, "kinds");

    run(sqlite,
        "INSERT INTO conversations (id, user_lo, user_hi, last_seq) "
        "VALUES (1, 10000000, 10000001, 50), (2, 10000000, 10000002, 50);"
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
        "INSERT INTO messages (conversation_id, seq, sender_id, kind, body, status, created_at_ms, "
        "updated_at_ms) SELECT 1 + i % 2, 1 + i / 2, 10000000, 1 + i * 7 % 5, 'x', i % 6 = 0, 0, 0 "
        "FROM n");
    bring_up(sqlite);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM messages"), 100);
    assert_int_equal(
        count_of(sqlite, "SELECT count(*) FROM messages m WHERE kind_seq <> (SELECT count(*) FROM "
                         "messages o WHERE o.conversation_id = m.conversation_id AND o.kind = "
                         "m.kind AND o.seq <= m.seq)"),
        0);
    sqlite3_close(sqlite);
}

static void names_of_groups_get_their_threes(void **state)
{
    sqlite3 *sqlite = store_before(*state, "trigrams");

    run(sqlite,
        "INSERT INTO groups (id, handle, name, creator_id, member_limit, created_at_ms, "
        "updated_at_ms, dissolved_at_ms) VALUES "
        "(1, '1', '周末爬山', 10000000, 9, 0, 0, NULL), (2, '2', 'TEA m', 10000000, 9, 0, 0, "
        "NULL), (3, '3', 'ab', 10000000, 9, 0, 0, NULL), (4, '4', 'gone', 10000000, 9, 0, "
        "0, 1), (5, '5', 'aaaa', 10000000, 9, 0, 0, NULL);"
        "INSERT INTO group_grams (gram, group_id) VALUES ('周末', 1), ('a', 3)");
    bring_up(sqlite);
    assert_int_equal(count_of(sqlite,
                              "SELECT count(*) FROM group_grams WHERE (gram, group_id) IN (VALUES "
                              "('周末', 1), ('周末爬', 1), ('末爬山', 1), ('tea', 2), ('ea ', 2), "
                              "('a m', 2), ('a', 3), ('aaa', 5))"),
                     8);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM group_grams WHERE gram <> ''"), 8);
    sqlite3_close(sqlite);
}

/* Who and what could be found nearby can be: groups by every piece, and by none, where they have a
 * place. */
static void places_get_their_cells(void **state)
{
    sqlite3 *sqlite = store_before(*state, "cells");

    run(sqlite,
        "UPDATE users SET longitude = 10.5, latitude = 50, located_at_ms = 5 WHERE username = 'a';"
        "UPDATE users SET longitude = 10.5, latitude = 50 WHERE username = 'b';"
        "INSERT INTO groups (id, handle, name, creator_id, member_limit, longitude, latitude, "
        "created_at_ms, updated_at_ms, dissolved_at_ms) VALUES "
        "(1, '1', 'ab', 10000000, 9, 10.5, 50, 0, 0, NULL), "
        "(2, '2', 'a', 10000000, 9, 0, 50, 0, 0, NULL), "
        "(3, '3', 'a', 10000000, 9, 10.5, 50, 0, 0, 1);"
        "INSERT INTO group_grams (gram, group_id) VALUES ('a', 1), ('b', 1), ('ab', 1), ('a', 2)");
    bring_up(sqlite);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM users WHERE cell IS NOT NULL"), 1);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM users WHERE username = 'a' "
                                      "AND cell = place_cell(10.5, 50)"),
                     1);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM group_grams"), 6);
    assert_int_equal(count_of(sqlite,
                              "SELECT count(*) FROM group_grams WHERE group_id = 1 AND gram IN "
                              "('', 'a', 'b', 'ab') AND cell = place_cell(10.5, 50)"),
                     4);
    assert_int_equal(count_of(sqlite,
                              "SELECT count(*) FROM group_grams WHERE group_id = 2 AND gram IN "
                              "('', 'a') AND cell IS NULL"),
                     2);
    sqlite3_close(sqlite);
}

static void assert_group(sqlite3 *sqlite, int64_t members, int64_t owner_id)
{
    assert_int_equal(count_of(sqlite, "SELECT member_count FROM group_rows WHERE id = 1"), members);
    assert_int_equal(count_of(sqlite, "SELECT owner_id FROM group_rows WHERE id = 1"), owner_id);
}

/* Those there are, and from then on whoever comes, goes, or has another role. */
static void groups_know_their_members(void **state)
{
    sqlite3 *sqlite = store_before(*state, "cells");

    run(sqlite,
        "INSERT INTO groups (id, handle, name, creator_id, member_limit, created_at_ms, "
        "updated_at_ms) VALUES (1, '1', 'a', 10000000, 9, 0, 0), (2, '2', 'b', 10000000, 9, 0, 0);"
        "INSERT INTO conversations (group_id) VALUES (1), (2);"
        "INSERT INTO members (group_id, user_id, role, joined_at_ms, number) VALUES "
        "(1, 10000000, 3, 0, 1), (1, 10000001, 1, 0, 2)");
    bring_up(sqlite);
    assert_group(sqlite, 2, 10000000);
    run(sqlite, "INSERT INTO members (group_id, user_id, role, joined_at_ms, number) VALUES "
                "(1, 10000002, 2, 0, 3), (2, 10000001, 3, 0, 4)");
    assert_group(sqlite, 3, 10000000);
    run(sqlite, "UPDATE members SET role = 1 WHERE group_id = 1 AND user_id = 10000002");
    assert_group(sqlite, 3, 10000000);
    run(sqlite, "UPDATE members SET role = 1 WHERE group_id = 1 AND user_id = 10000000");
    assert_group(sqlite, 3, 0);
    run(sqlite, "UPDATE members SET role = 3 WHERE group_id = 1 AND user_id = 10000001");
    assert_group(sqlite, 3, 10000001);
    run(sqlite, "DELETE FROM members WHERE group_id = 1 AND user_id = 10000000");
    assert_group(sqlite, 2, 10000001);
    run(sqlite, "DELETE FROM members WHERE group_id = 1");
    assert_group(sqlite, 0, 0);
    assert_int_equal(count_of(sqlite, "SELECT member_count FROM groups WHERE id = 2"), 1);
    assert_int_equal(count_of(sqlite, "SELECT owner_id FROM groups WHERE id = 2"), 10000001);
    sqlite3_close(sqlite);
}

static void assert_counts(sqlite3 *sqlite, int64_t different)
{
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM gram_counts"), different);
    assert_int_equal(count_of(sqlite, "SELECT count(*) FROM gram_counts c WHERE groups <> (SELECT "
                                      "count(*) FROM group_grams g WHERE g.gram = c.gram)"),
                     0);
}

static void pieces_are_counted(void **state)
{
    sqlite3 *sqlite = store_before(*state, "cells");

    run(sqlite,
        "INSERT INTO groups (id, handle, name, creator_id, member_limit, created_at_ms, "
        "updated_at_ms) VALUES (1, '1', 'a', 10000000, 9, 0, 0), (2, '2', 'b', 10000000, 9, 0, 0);"
        "INSERT INTO group_grams (gram, group_id) VALUES ('a', 1), ('a', 2), ('b', 1)");
    bring_up(sqlite);
    assert_counts(sqlite, 3);
    run(sqlite, "INSERT OR IGNORE INTO group_grams (gram, group_id) VALUES ('b', 2), ('c', 2), "
                "('a', 1)");
    assert_counts(sqlite, 4);
    run(sqlite, "DELETE FROM group_grams WHERE group_id = 2");
    assert_counts(sqlite, 3);
    sqlite3_close(sqlite);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(kinds_are_numbered),
                                        FIXTURE_TEST(names_of_groups_get_their_threes),
                                        FIXTURE_TEST(places_get_their_cells),
                                        FIXTURE_TEST(groups_know_their_members),
                                        FIXTURE_TEST(pieces_are_counted) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
