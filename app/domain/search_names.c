/* Searching people and groups by name; see search.h. */
#include <inttypes.h>

#include "base/str.h"
#include "db/contacts.h"
#include "db/rows.h"
#include "db/search.h"
#include "domain/group.h"
#include "domain/search_internal.h"
#include "domain/user.h"

#define MATES_MAX 500 /* rows looked at; a username that is an address may make one no hit */

const struct limit_rule search_strangers_rule = { "search", 40, 15000 };

/* A list being filled with what is found. */
struct found {
    struct ctx *cx;
    struct arena *scratch;
    struct phrases phrases;
    struct rows rows;
    size_t limit;
};

static enum err begin(struct found *f, struct ctx *cx, const char *text, size_t size, size_t limit)
{
    *f = (struct found){
        .cx = cx, .scratch = arena_new(), .rows = rows_new(cx->arena, size), .limit = limit
    };
    return phrases_parse(ctx_db(cx), cx->arena, text, COMPLETE_ALL, &f->phrases);
}

/* Do the phrases stand in these names of one thing? */
static bool fits(struct found *f, const char *one, const char *two, const char *three)
{
    size_t unused;

    if (f->phrases.count == 0)
        return false;
    arena_reset(f->scratch);
    return phrases_find(ctx_db(f->cx), f->scratch, &f->phrases,
                        arena_printf(f->scratch, "\n%s\n%s\n%s", one, two, three), NULL, 0,
                        &unused);
}

/* ---- people ---- */

static void add_person(struct found *f, const struct user *user, enum relation relation,
                       const char *remark)
{
    const struct found_person *list = f->rows.items;
    struct found_person *person;

    for (size_t i = 0; i < f->rows.count; i++)
        if (list[i].user.id == user->id)
            return;
    if (f->rows.count == f->limit)
        return;
    person = rows_add(&f->rows);
    person->user = *user;
    person->relation = relation;
    person->remark = remark;
    search_highlight(f->cx, f->scratch, &f->phrases, remark[0] != '\0' ? remark : user->nickname,
                     &person->highlight);
}

static enum err add_friends(struct found *f)
{
    struct contact *contacts;
    size_t count = 0;
    enum err e =
        db_contact_list(ctx_db(f->cx), f->cx->arena, f->cx->actor, false, &contacts, &count);

    for (size_t i = 0; i < count && e == OK; i++)
        if (fits(f, contacts[i].remark, contacts[i].peer.nickname,
                 user_public_name(&contacts[i].peer)))
            add_person(f, &contacts[i].peer, RELATION_FRIEND, contacts[i].remark);
    return e;
}

static enum err add_mates(struct found *f)
{
    struct user *users;
    size_t count = 0;
    enum err e = OK;

    if (f->phrases.count > 0)
        e = db_search_mates(ctx_db(f->cx), f->cx->arena, f->cx->actor, &f->phrases, MATES_MAX,
                            &users, &count);
    for (size_t i = 0; i < count && e == OK; i++)
        if (fits(f, users[i].nickname, user_public_name(&users[i]), ""))
            add_person(f, &users[i], RELATION_MATE, "");
    return e;
}

static bool may_ask_for_strangers(struct ctx *cx)
{
    return !cx->sv->conf->rate_limits ||
           limiter_take(cx->sv->limiter, &search_strangers_rule,
                        arena_printf(cx->arena, "%" PRId64, cx->actor),
                        clock_mono_ms(cx->sv->clock), NULL);
}

static enum err add_strangers(struct found *f, const char *text)
{
    struct user *users;
    size_t count;
    enum err e;

    if (!may_ask_for_strangers(f->cx))
        return OK;
    e = user_search(f->cx, text, &users, &count);
    for (size_t i = 0; e == OK && i < count; i++) {
        bool is_friend = false, is_blocked;
        e = db_contact_find(ctx_db(f->cx), f->cx->actor, users[i].id, &is_friend, &is_blocked);
        add_person(f, &users[i], is_friend ? RELATION_FRIEND : RELATION_STRANGER, "");
    }
    return e;
}

enum err search_people(struct ctx *cx, const char *text, bool strangers, size_t limit,
                       struct found_person **list_r, size_t *count_r)
{
    struct found f;
    enum err e = begin(&f, cx, text, sizeof(struct found_person), limit);

    if (e == OK)
        e = add_friends(&f);
    if (e == OK && f.rows.count < limit)
        e = add_mates(&f);
    if (e == OK && strangers && f.rows.count < limit)
        e = add_strangers(&f, text);
    arena_free(f.scratch);
    *list_r = f.rows.items;
    *count_r = f.rows.count;
    return e;
}

/* ---- groups ---- */

static void add_group(struct found *f, const struct group *group, bool is_member)
{
    const struct found_group *list = f->rows.items;
    struct found_group *found;

    for (size_t i = 0; i < f->rows.count; i++)
        if (list[i].group.id == group->id)
            return;
    if (f->rows.count == f->limit)
        return;
    found = rows_add(&f->rows);
    found->group = *group;
    found->is_member = is_member;
    search_highlight(f->cx, f->scratch, &f->phrases, group->name, &found->highlight);
}

static bool has_group(const struct group *groups, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (groups[i].id == id)
            return true;
    return false;
}

enum err search_groups(struct ctx *cx, const char *text, size_t limit, struct found_group **list_r,
                       size_t *count_r)
{
    struct found f;
    struct group *mine, *others;
    size_t mine_count = 0, others_count = 0;
    enum err e = begin(&f, cx, text, sizeof(struct found_group), limit);

    if (e == OK)
        e = group_list(cx, &mine, &mine_count);
    for (size_t i = 0; i < mine_count && e == OK; i++)
        if (fits(&f, mine[i].name, "", ""))
            add_group(&f, &mine[i], true);
    if (e == OK)
        e = group_search(cx, text, &others, &others_count);
    for (size_t i = 0; i < others_count && e == OK; i++)
        add_group(&f, &others[i], has_group(mine, mine_count, others[i].id));
    arena_free(f.scratch);
    *list_r = f.rows.items;
    *count_r = f.rows.count;
    return e;
}
