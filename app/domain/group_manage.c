/* Managing a group: who may do what to whom, each rule in one place. See group.h. */
#include "base/str.h"
#include "db/groups.h"
#include "domain/group.h"
#include "domain/message.h"

/* The group, and what the actor and the person meant are in it. */
struct standing {
    struct group group;
    enum role actor;
    enum role target; /* ROLE_NONE when nobody is meant */
};

/* Inside a transaction. A missing group leaves both roles ROLE_NONE: no error tells it from one the
 * actor has nothing to do with. */
static enum err look(struct ctx *cx, int64_t group_id, int64_t target, struct standing *s)
{
    int64_t muted_until_ms;
    enum err e = db_group_by_id(cx->conn, cx->arena, group_id, &s->group);

    s->actor = s->target = ROLE_NONE;
    if (e != OK)
        return e == ERR_NO_GROUP ? OK : e;
    e = db_member_find(cx->conn, group_id, cx->actor, &s->actor, &muted_until_ms);
    if (e == OK && target != 0)
        e = db_member_find(cx->conn, group_id, target, &s->target, &muted_until_ms);
    return e;
}

/* An action only the owner has. target 0: nobody is meant. */
static enum err as_owner(struct ctx *cx, int64_t group_id, int64_t target, struct standing *s)
{
    enum err e = look(cx, group_id, target, s);

    if (e == OK && s->actor != ROLE_OWNER)
        e = ERR_NOT_OWNER;
    if (e == OK && target == cx->actor)
        e = ERR_SELF;
    return e == OK && target != 0 && s->target == ROLE_NONE ? ERR_NO_TARGET : e;
}

/* ---- pieces of names ---- */

#define PIECE_MAX 3 /* characters */

static size_t char_len(const char *p)
{
    unsigned char c = (unsigned char)*p;

    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static char *lower(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);

    for (char *p = copy; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return copy;
}

/* Every piece of text that is least to PIECE_MAX characters long. */
static const char **pieces(struct arena *a, const char *text, size_t least, size_t *count_r)
{
    const char **list = arena_array(a, utf8_chars(text) * PIECE_MAX, sizeof *list);
    size_t n = 0;

    for (const char *p = text; *p != '\0'; p += char_len(p)) {
        const char *end = p;
        for (size_t chars = 1; chars <= PIECE_MAX && *end != '\0'; chars++) {
            end += char_len(end);
            if (chars >= least)
                list[n++] = arena_strndup(a, p, (size_t)(end - p));
        }
    }
    *count_r = n;
    return list;
}

/* Does change with every piece of the group's name; every name holds the empty one. */
static enum err change_pieces(struct ctx *cx, const struct group *group,
                              enum err (*change)(struct db_conn *c, const struct group *group,
                                                 const char *gram))
{
    size_t count;
    const char **list = pieces(cx->arena, lower(cx->arena, group->name), 1, &count);
    enum err e = change(cx->conn, group, "");

    for (size_t i = 0; e == OK && i < count; i++)
        e = change(cx->conn, group, list[i]);
    return e;
}

enum err group_index(struct ctx *cx, const struct group *group)
{
    return change_pieces(cx, group, db_group_add_gram);
}

static enum err unindex(struct ctx *cx, const struct group *group)
{
    return change_pieces(cx, group, db_group_delete_gram);
}

enum err group_text(struct ctx *cx, const char *text, struct group_text *text_r)
{
    const char *folded = lower(cx->arena, str_or_empty(text)), **list;
    size_t chars = utf8_chars(folded), count;
    int64_t rarest = INT64_MAX;
    enum err e = OK;

    /* Only the longest: they are in fewer names than what they are made of. */
    list = pieces(cx->arena, folded, chars < PIECE_MAX ? chars : PIECE_MAX, &count);
    *text_r = (struct group_text){ folded, "" };
    for (size_t i = 0; e == OK && i < count; i++) {
        int64_t groups = 0;
        e = db_group_gram_count(ctx_db(cx), list[i], &groups);
        if (groups < rarest) {
            text_r->piece = list[i];
            rarest = groups;
        }
    }
    return e;
}

enum err group_search(struct ctx *cx, const char *text, struct group **list_r, size_t *count_r)
{
    struct group_text name;
    enum err e = group_text(cx, text, &name);

    *count_r = 0;
    if (e != OK || name.piece[0] == '\0')
        return e;
    return db_group_search(ctx_db(cx), cx->arena, name.piece, name.folded, list_r, count_r);
}

enum err group_directory(struct ctx *cx, const char *text, struct group **list_r, size_t *count_r)
{
    struct group_text name;
    enum err e = group_text(cx, text, &name);

    if (e != OK)
        return e;
    return db_group_newest(ctx_db(cx), cx->arena, name.piece, name.folded, GROUP_DIRECTORY_MAX,
                           list_r, count_r);
}

enum err group_list_common(struct ctx *cx, int64_t peer, struct group **list_r, size_t *count_r)
{
    return db_group_list_common(ctx_db(cx), cx->arena, cx->actor, peer, list_r, count_r);
}

/* ---- changes ---- */

static void set_text(const char **slot, const char *text)
{
    if (text != NULL && text[0] != '\0')
        *slot = text;
}

static void set_flag(bool *slot, int flag)
{
    if (flag >= 0)
        *slot = flag != 0;
}

static void apply(struct group *group, const struct group_change *change)
{
    set_text(&group->name, change->name);
    set_text(&group->avatar, change->avatar);
    set_text(&group->intro, change->intro);
    if (change->clears && change->avatar != NULL)
        group->avatar = change->avatar;
    if (change->clears && change->intro != NULL)
        group->intro = change->intro;
    set_text(&group->country, change->country);
    set_text(&group->province, change->province);
    set_text(&group->city, change->city);
    set_text(&group->district, change->district);
    set_text(&group->address, change->address);
    set_flag(&group->no_member_contacts, change->no_member_contacts);
    set_flag(&group->no_member_profiles, change->no_member_profiles);
    set_flag(&group->no_join_requests, change->no_join_requests);
    set_flag(&group->history_before_join, change->history_before_join);
    if (change->longitude != 0 && change->latitude != 0) {
        group->longitude = change->longitude;
        group->latitude = change->latitude;
    }
    if (change->member_limit != 0)
        group->member_limit = change->member_limit;
    if (change->entry != ENTRY_AS_IT_IS) {
        group->is_open = change->entry == ENTRY_OPEN;
        group->is_private = change->entry == ENTRY_PRIVATE;
    }
}

static enum err check_change(const struct ctx *cx, const struct group *group,
                             const struct group_change *change)
{
    if (str_has_control(group->name) || change->member_limit < 0 ||
        change->member_limit > cx->sv->conf->group_members)
        return ERR_BAD_FIELD;
    return change->member_limit != 0 && change->member_limit < group->member_count ? ERR_GROUP_FULL
                                                                                   : OK;
}

enum err group_update(struct ctx *cx, int64_t group_id, const struct group_change *change)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, group_id, 0, &s);
    if (e == OK && s.actor < (change->by_a_manager ? ROLE_MANAGER : ROLE_OWNER))
        e = ERR_NOT_OWNER;
    if (e == OK)
        e = unindex(cx, &s.group);
    if (e == OK) {
        apply(&s.group, change);
        e = check_change(cx, &s.group, change);
    }
    if (e == OK)
        e = db_group_update(cx->conn, &s.group, ctx_now(cx));
    if (e == OK)
        e = group_index(cx, &s.group);
    if (e == OK)
        e = message_notice(cx, &s.group, NOTICE_UPDATED, 0, 0);
    return tx_end(cx, e);
}

/* Inside a transaction. */
static enum err dissolve(struct ctx *cx, const struct group *group)
{
    enum err e = message_notice(cx, group, NOTICE_DISSOLVED, 0, 0);

    if (e == OK)
        e = unindex(cx, group);
    return e == OK ? db_group_dissolve(cx->conn, group->id, ctx_now(cx)) : e;
}

enum err group_end(struct ctx *cx, int64_t group_id)
{
    struct group group;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_group_by_id(cx->conn, cx->arena, group_id, &group);
    if (e == OK)
        e = dissolve(cx, &group);
    return tx_end(cx, e);
}

enum err group_dissolve(struct ctx *cx, int64_t group_id)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = as_owner(cx, group_id, 0, &s);
    if (e == OK)
        e = dissolve(cx, &s.group);
    return tx_end(cx, e);
}

enum err group_part(struct ctx *cx, const struct group *group, int64_t user_id, enum notice notice)
{
    enum err e = message_notice(cx, group, notice, user_id, 0);

    if (e == OK)
        e = db_member_delete(cx->conn, group->id, user_id, group->conversation_id, ctx_now(cx));
    return e;
}

enum err group_leave(struct ctx *cx, int64_t group_id)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, group_id, 0, &s);
    if (e == OK && s.actor == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK && s.actor == ROLE_OWNER)
        e = ERR_OWNER_STAYS;
    if (e == OK)
        e = group_part(cx, &s.group, cx->actor, NOTICE_LEFT);
    return tx_end(cx, e);
}

/* limit: targets of this role and above are out of reach; ROLE_NONE: those not below the actor. */
static enum err remove_member(struct ctx *cx, int64_t group_id, int64_t target, enum role limit)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, group_id, target, &s);
    if (e == OK && s.actor < ROLE_MANAGER)
        e = ERR_NOT_MANAGER;
    if (e == OK && s.target >= (limit != ROLE_NONE ? limit : s.actor))
        e = ERR_PROTECTED;
    if (e == OK && s.target == ROLE_NONE)
        e = ERR_NO_TARGET;
    if (e == OK)
        e = group_part(cx, &s.group, target, NOTICE_REMOVED);
    return tx_end(cx, e);
}

enum err group_remove(struct ctx *cx, int64_t group_id, int64_t target)
{
    return remove_member(cx, group_id, target, ROLE_MANAGER);
}

enum err group_expel(struct ctx *cx, int64_t group_id, int64_t target)
{
    return remove_member(cx, group_id, target, ROLE_NONE);
}

/* From the actor to another member. */
static enum err hand_over(struct ctx *cx, const struct group *group, int64_t to)
{
    /* In this order: a group never has two owners. */
    enum err e = db_member_set_role(cx->conn, group->id, cx->actor, ROLE_MEMBER);

    if (e == OK)
        e = db_member_set_role(cx->conn, group->id, to, ROLE_OWNER);
    if (e == OK)
        e = db_member_mute(cx->conn, group->id, to, 0);
    return e == OK ? message_notice(cx, group, NOTICE_OWNER, to, 0) : e;
}

enum err group_transfer(struct ctx *cx, int64_t group_id, int64_t to)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = as_owner(cx, group_id, to, &s);
    if (e == OK)
        e = hand_over(cx, &s.group, to);
    return tx_end(cx, e);
}

static enum err quit(struct ctx *cx, const struct standing *s)
{
    int64_t heir = 0;
    enum err e = OK;

    if (s->actor == ROLE_OWNER)
        e = db_group_heir(cx->conn, s->group.id, cx->actor, &heir);
    if (e == OK && s->actor == ROLE_OWNER && heir == 0)
        return dissolve(cx, &s->group);
    if (e == OK && heir != 0)
        e = hand_over(cx, &s->group, heir);
    return e == OK ? group_part(cx, &s->group, cx->actor, NOTICE_LEFT) : e;
}

enum err group_quit(struct ctx *cx, int64_t group_id)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, group_id, 0, &s);
    if (e == OK && s.actor == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        e = quit(cx, &s);
    return tx_end(cx, e);
}

/* May there be one more manager? */
static enum err check_managers(struct ctx *cx, int64_t group_id)
{
    int64_t *ids;
    size_t count;
    enum err e = db_member_ids(cx->conn, cx->arena, group_id, true, &ids, &count);

    return e == OK && count > GROUP_MANAGERS_MAX ? ERR_MANAGERS_FULL
                                                 : e; /* the owner is among them */
}

enum err group_set_manager(struct ctx *cx, int64_t group_id, int64_t target, bool on)
{
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = as_owner(cx, group_id, target, &s);
    if (e == OK && on && s.target != ROLE_MANAGER)
        e = check_managers(cx, group_id);
    if (e == OK)
        e = db_member_set_role(cx->conn, group_id, target, on ? ROLE_MANAGER : ROLE_MEMBER);
    if (e == OK)
        e = message_notice(cx, &s.group, on ? NOTICE_MANAGER : NOTICE_NO_MANAGER, target, 0);
    return tx_end(cx, e);
}

enum err group_mute(struct ctx *cx, int64_t group_id, int64_t target, int64_t minutes)
{
    int64_t until_ms = minutes > 0 ? ctx_now(cx) + minutes * 60000 : 0;
    struct standing s;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, group_id, target, &s);
    if (e == OK && s.actor < ROLE_MANAGER)
        e = ERR_NOT_MANAGER;
    if (e == OK && s.target == ROLE_NONE)
        e = ERR_NO_TARGET;
    if (e == OK && s.target >= s.actor)
        e = ERR_PROTECTED;
    if (e == OK)
        e = db_member_mute(cx->conn, group_id, target, until_ms);
    if (e == OK)
        e = message_notice(cx, &s.group, minutes > 0 ? NOTICE_MUTED : NOTICE_UNMUTED, target,
                           minutes);
    return tx_end(cx, e);
}
