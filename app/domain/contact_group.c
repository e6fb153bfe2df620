/* Groups of contacts; see contact.h. */
#include "base/str.h"
#include "db/contacts.h"
#include "domain/changed.h"
#include "domain/contact.h"

static bool is_name(const char *name)
{
    return name[0] != '\0' && !str_has_control(name);
}

static enum err put_all(struct ctx *cx, int64_t id, const int64_t *members, size_t count, bool in)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++)
        e = db_contact_group_put(cx->conn, id, cx->actor, members[i], in);
    return e;
}

enum err contact_group_create(struct ctx *cx, const char *name, const int64_t *members,
                              size_t count)
{
    int64_t id = 0;
    enum err e = is_name(name) ? tx_begin(cx) : ERR_BAD_FIELD;

    if (e == OK)
        e = db_contact_group_insert(cx->conn, cx->actor, name, ctx_now(cx), &id);
    if (e == OK)
        e = put_all(cx, id, members, count, true);
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_group_remove(struct ctx *cx, int64_t id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_contact_group_delete(cx->conn, id, cx->actor);
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_group_rename(struct ctx *cx, int64_t id, const char *name)
{
    enum err e = is_name(name) ? tx_begin(cx) : ERR_BAD_FIELD;

    if (e == OK)
        e = db_contact_group_rename(cx->conn, id, cx->actor, name);
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_group_put(struct ctx *cx, int64_t id, const int64_t *members, size_t count,
                           bool in)
{
    struct contact_group group;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_contact_group_find(cx->conn, cx->arena, id, cx->actor, &group);
    if (e == OK)
        e = put_all(cx, id, members, count, in);
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_group_look(struct ctx *cx, int64_t id, struct contact_group *group_r)
{
    return db_contact_group_find(ctx_db(cx), cx->arena, id, cx->actor, group_r);
}

enum err contact_group_list(struct ctx *cx, struct contact_group **list_r, size_t *count_r)
{
    struct contact_group *list;
    enum err e = db_contact_group_list(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);

    list = *list_r;
    for (size_t i = 0; e == OK && i < *count_r; i++)
        e = contact_group_look(cx, list[i].id, &list[i]);
    return e;
}
