/* Settings, the privacy they ask for, and drafts. */
#include "test/unit/fixture.h"

#include "db/settings.h"
#include "domain/settings.h"

static struct settings_change nothing(void)
{
    return (struct settings_change){ .quiet_from_min = -1,
                                     .quiet_to_min = -1,
                                     .sounds = -1,
                                     .enter_sends = -1,
                                     .quiet_hours = -1,
                                     .read_receipts = -1,
                                     .directory = -1 };
}

static struct settings update(struct fixture *f, int64_t who, struct settings_change change)
{
    struct ctx cx = as(f, who);
    struct settings settings;

    assert_int_equal(settings_update(&cx, &change, &settings), OK);
    return settings;
}

static void defaults_then_what_was_set(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, a), other = as(f, b);
    struct settings_change change = nothing();
    struct settings s;

    assert_int_equal(settings_look(&cx, &s), OK);
    assert_string_equal(s.language, "");
    assert_int_equal(s.theme, THEME_SYSTEM);
    assert_int_equal(s.font_size, 16);
    assert_true(s.sounds && s.enter_sends && s.read_receipts && s.directory && !s.quiet_hours);
    assert_int_equal(s.last_seen, WHOM_EVERYONE);
    change.language = "zh-CN";
    change.theme = THEME_DARK;
    change.sounds = 0;
    change.quiet_from_min = 0;
    update(f, a, change);
    change = nothing();
    change.font_size = 20;
    s = update(f, a, change);
    assert_string_equal(s.language, "zh-CN");
    assert_int_equal(s.theme, THEME_DARK);
    assert_int_equal(s.font_size, 20);
    assert_false(s.sounds);
    assert_int_equal(s.quiet_from_min, 0);
    assert_int_equal(s.quiet_to_min, 7 * 60);
    assert_true(s.enter_sends);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(f->events[1].kind, EV_SETTINGS);
    assert_int_equal(f->events[1].to_count, 1);
    assert_int_equal(f->events[1].to[0], a);
    assert_int_equal(settings_look(&other, &s), OK);
    assert_int_equal(s.font_size, 16);
    change.language = "zh CN";
    assert_int_equal(settings_update(&cx, &change, &s), ERR_BAD_FIELD);
}

static void read_receipts_off(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct ctx alice = as(f, a), bob = as(f, b);
    struct settings_change off = nothing(), on = nothing();
    struct history_page page;
    struct history what = { .target_id = b, .page = 1, .limit = 10 };
    struct conversation *list;
    size_t count;

    off.read_receipts = 0;
    on.read_receipts = 1;
    join(f, group, b, a);
    update(f, b, off);
    say(f, a, b, "one", NULL, NULL);
    say(f, b, a, "two", NULL, NULL); /* who writes has read */
    say(f, a, group, "all", NULL, NULL);
    f->event_count = 0;
    assert_int_equal(message_mark_read(&bob, group, 0), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].to_count, 1); /* bob's own devices alone */
    assert_int_equal(f->events[0].to[0], b);
    assert_int_equal(message_history(&alice, &what, &page), OK);
    assert_false(page.messages[0].is_read);
    assert_int_equal(conversation_list(&alice, &list, &count), OK);
    assert_int_equal(list[0].peer_read_seq + list[1].peer_read_seq, 0);

    f->event_count = 0; /* nor does bob see alice's */
    assert_int_equal(message_mark_read(&alice, b, 0), OK);
    assert_int_equal(f->events[0].kind, EV_READ);
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[0].to[0], a);
    what.target_id = a;
    assert_int_equal(message_history(&bob, &what, &page), OK);
    assert_false(page.messages[1].is_read);
    assert_true(page.messages[0].is_read); /* that he has read hers he knows */

    update(f, b, on);
    ctx_release(&bob);
    assert_int_equal(message_history(&bob, &what, &page), OK);
    assert_true(page.messages[1].is_read);
}

static void who_may_write(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct settings_change contacts = nothing();
    struct ctx cx = as(f, a);

    contacts.messages_from = WHOM_CONTACTS;
    befriend(f, a, b);
    update(f, b, contacts);
    assert_int_equal(say(f, c, b, "stranger", NULL, NULL), ERR_NOT_FRIEND);
    assert_int_equal(say(f, a, b, "friend", NULL, NULL), OK);
    assert_int_equal(say(f, b, c, "may still write first", NULL, NULL), OK);
    assert_int_equal(contact_apply(&cx, c, "asking stays allowed"), OK);
}

static void not_in_the_directory(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx friend = as(f, a), stranger = as(f, c);
    struct settings_change hide = nothing();
    struct user *found;
    size_t count;

    hide.directory = 0;
    befriend(f, a, b);
    assert_int_equal(user_search(&stranger, "bob", &found, &count), OK);
    assert_int_equal(count, 1);
    update(f, b, hide);
    ctx_release(&stranger);
    assert_int_equal(user_search(&stranger, "bob", &found, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(user_search(&friend, "bob", &found, &count), OK);
    assert_int_equal(count, 1);
}

static enum err save(struct fixture *f, int64_t who, int64_t target, const char *text,
                     int64_t at_ms, struct saved_draft *out)
{
    struct ctx cx = as(f, who);

    return draft_save(
        &cx, &(struct saved_draft){ .target_id = target, .body = text, .at_ms = at_ms }, out);
}

static void the_last_typed_draft_wins(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, b, "team", false);
    struct ctx cx = as(f, a);
    struct saved_draft out, *list;
    size_t count;

    f->event_count = 0;
    assert_int_equal(save(f, a, b, "second", 2000, &out), OK);
    assert_int_equal(save(f, a, b, "first", 1000, &out), OK);
    assert_string_equal(out.body, "second"); /* what holds */
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_DRAFT);
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[0].to[0], a);
    assert_int_equal(save(f, a, b, "", 3000, &out), OK); /* sent */
    assert_int_equal(save(f, a, b, "late", 2500, &out), OK);
    assert_string_equal(out.body, "");
    assert_int_equal(draft_list(&cx, &list, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(save(f, a, b, "from the future", f->now_ms + 900000, &out), OK);
    assert_int_equal(out.at_ms, f->now_ms);
    f->now_ms++;
    assert_int_equal(save(f, a, b, "after it", f->now_ms, &out), OK);
    assert_string_equal(out.body, "after it");
    assert_int_equal(save(f, a, group, "x", 1, &out), ERR_NOT_MEMBER);
    assert_int_equal(save(f, a, USER_ID_FIRST + 99, "x", 1, &out), ERR_NO_ACCOUNT);
}

static void drafts_are_so_many(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx cx = as(f, a);
    struct saved_draft out;
    enum err e = tx_begin(&cx);

    for (int i = 0; e == OK && i < DRAFTS_MAX; i++)
        e = db_draft_put(cx.conn, a,
                         &(struct saved_draft){ .target_id = i + 1, .body = "x", .at_ms = 1 });
    assert_int_equal(tx_end(&cx, e), OK);
    assert_int_equal(save(f, a, b, "one more", 5, &out), ERR_TOO_MANY);
    assert_int_equal(save(f, c, b, "another's", 5, &out), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(defaults_then_what_was_set),
                                        FIXTURE_TEST(read_receipts_off),
                                        FIXTURE_TEST(who_may_write),
                                        FIXTURE_TEST(not_in_the_directory),
                                        FIXTURE_TEST(the_last_typed_draft_wins),
                                        FIXTURE_TEST(drafts_are_so_many) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
