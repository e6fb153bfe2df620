/* The operator's view of things as JSON; see admin.h. Times are RFC 3339, or null for never. */
#include "base/clock.h"
#include "base/json.h"
#include "base/process.h"
#include "handlers/site/admin.h"

static void add_time(struct req *rq, cJSON *o, const char *key, int64_t at_ms)
{
    if (at_ms == 0)
        cJSON_AddNullToObject(o, key);
    else
        cJSON_AddStringToObject(o, key, time_rfc3339(rq->cx.arena, at_ms));
}

static bool is_online(const struct req *rq, int64_t user_id)
{
    const struct services *sv = rq->cx.sv;

    return sv->is_online != NULL && sv->is_online(sv->hub, user_id);
}

static cJSON *person_brief(const struct user *user)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", user->id);
    cJSON_AddStringToObject(o, "username", user->username);
    cJSON_AddStringToObject(o, "nickname", user->nickname);
    cJSON_AddStringToObject(o, "avatar", user->avatar);
    return o;
}

cJSON *admin_person(struct req *rq, const struct account *account)
{
    const struct user *user = &account->user;
    cJSON *o = person_brief(user);

    cJSON_AddStringToObject(o, "email", user->email);
    cJSON_AddStringToObject(o, "mobile", user->mobile);
    cJSON_AddBoolToObject(o, "enabled", user->enabled);
    cJSON_AddBoolToObject(o, "admin", user->is_admin);
    cJSON_AddBoolToObject(o, "online", is_online(rq, user->id));
    json_add_i64(o, "passwordErrors", account->password_errors);
    add_time(rq, o, "passwordErrorAt", account->password_error_at_ms);
    add_time(rq, o, "createdAt", user->created_at_ms);
    add_time(rq, o, "lastLoginAt", user->last_login_at_ms);
    add_time(rq, o, "lastSeenAt", user->last_seen_at_ms);
    return o;
}

cJSON *admin_group_json(struct req *rq, const struct admin_group *group)
{
    const struct group *g = &group->group;
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", g->id);
    cJSON_AddStringToObject(o, "handle", g->handle);
    cJSON_AddStringToObject(o, "name", g->name);
    cJSON_AddStringToObject(o, "avatar", g->avatar);
    json_add_i64(o, "members", g->member_count);
    json_add_i64(o, "memberLimit", g->member_limit);
    json_add_i64(o, "ownerId", group->facts.owner_id);
    cJSON_AddStringToObject(o, "ownerName", group->facts.owner_name);
    json_add_i64(o, "messages", group->facts.messages);
    cJSON_AddBoolToObject(o, "closed", g->no_join_requests);
    add_time(rq, o, "createdAt", g->created_at_ms);
    add_time(rq, o, "lastAt", group->facts.last_at_ms);
    return o;
}

cJSON *admin_member_json(struct req *rq, const struct member *member)
{
    static const char *const roles[] = { [ROLE_NONE] = "",
                                         [ROLE_MEMBER] = "member",
                                         [ROLE_MANAGER] = "manager",
                                         [ROLE_OWNER] = "owner" };
    cJSON *o = person_brief(&member->user);

    cJSON_AddStringToObject(o, "role", roles[member->role]);
    cJSON_AddBoolToObject(o, "enabled", member->user.enabled);
    cJSON_AddBoolToObject(o, "online", is_online(rq, member->user.id));
    add_time(rq, o, "joinedAt", member->joined_at_ms);
    return o;
}

cJSON *admin_socket_json(struct req *rq, const struct admin_online *one)
{
    cJSON *o = person_brief(&one->user);

    cJSON_AddStringToObject(o, "dialect", one->presence.dialect);
    cJSON_AddStringToObject(o, "address", one->presence.address);
    add_time(rq, o, "since", ctx_now(&rq->cx) - one->presence.open_ms);
    return o;
}

cJSON *admin_storage_json(const struct admin_storage *storage)
{
    cJSON *o = cJSON_CreateObject(), *owners;

    json_add_i64(o, "accounts", storage->totals.accounts);
    json_add_i64(o, "groups", storage->totals.groups);
    json_add_i64(o, "messages", storage->totals.messages);
    json_add_i64(o, "files", storage->totals.files);
    json_add_i64(o, "fileBytes", storage->totals.file_bytes);
    json_add_i64(o, "storeBytes", storage->store_bytes);
    json_add_i64(o, "diskBytes", storage->disk_bytes);
    json_add_i64(o, "diskFreeBytes", storage->disk_free_bytes);
    owners = cJSON_AddArrayToObject(o, "largestOwners");
    for (size_t i = 0; i < storage->owner_count; i++) {
        cJSON *owner = cJSON_CreateObject();
        json_add_i64(owner, "id", storage->owners[i].user_id);
        cJSON_AddStringToObject(owner, "username", storage->owners[i].username);
        json_add_i64(owner, "fileBytes", storage->owners[i].size_bytes);
        cJSON_AddItemToArray(owners, owner);
    }
    return o;
}

cJSON *admin_server_json(struct req *rq)
{
    const struct services *sv = rq->cx.sv;
    struct process_facts facts = process_facts();
    struct live live = sv->live(sv->hub);
    struct db_stats stats = db_stats(sv->db);
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "version", CHATD_VERSION);
    cJSON_AddStringToObject(o, "sqlite", db_library());
    cJSON_AddStringToObject(o, "openssl", crypto_library());
    add_time(rq, o, "startedAt", sv->started_at_ms);
    json_add_i64(o, "uptimeSeconds", (ctx_now(&rq->cx) - sv->started_at_ms) / 1000);
    json_add_i64(o, "memoryBytes", facts.rss_bytes);
    json_add_i64(o, "cpuSeconds", facts.cpu_ms / 1000);
    json_add_i64(o, "threads", facts.threads);
    json_add_i64(o, "sockets", live.sockets);
    json_add_i64(o, "maxSockets", sv->conf->max_sockets);
    json_add_i64(o, "usersOnline", live.users);
    json_add_i64(o, "framesSent", live.frames_sent);
    json_add_i64(o, "socketsDropped", live.dropped);
    json_add_i64(o, "commits", stats.commits);
    json_add_i64(o, "writes", stats.writes);
    return o;
}
