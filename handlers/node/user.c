/* node: 用户相关, in the document's order. */
#include <stddef.h>

#include "base/json.h"
#include "base/str.h"
#include "domain/account.h"
#include "handlers/node/encode.h"
#include "handlers/node/node.h"

#define SIZE_DEFAULT 10
#define SIZE_MAX_PAGE 100
#define CURRENT_MAX INT64_C(1000000000)

struct user_page {
    int64_t current, size, password_errors;
    enum flag status;
    const char *username;
};
SPEC(user_page,
     F_I64(user_page, current, IN_QUERY, "current", OPTIONAL, -CURRENT_MAX, CURRENT_MAX),
     F_I64(user_page, size, IN_QUERY, "size", OPTIONAL, -CURRENT_MAX, CURRENT_MAX),
     F_I64(user_page, password_errors, IN_BODY, "passwordErrorNum", OPTIONAL, 0, INT32_MAX),
     F_FLAG(user_page, status, IN_BODY, "status", OPTIONAL),
     F_STR(user_page, username, IN_BODY, "username", OPTIONAL, 0, 1000));

/* Times are equal if their seconds are; the example of the document sends "" for none. */
static enum err read_time(struct req *rq, const char *key, struct range *range)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(rq->object, key);
    int64_t second_ms;

    if (node == NULL || cJSON_IsNull(node) || str_eq(cJSON_GetStringValue(node), ""))
        return OK;
    if (!node_time(node, &second_ms)) {
        rq->fault = arena_printf(rq->cx.arena, "%s: not a time", key);
        return ERR_BAD_FIELD;
    }
    *range = (struct range){ second_ms, second_ms + 999 };
    return OK;
}

static enum err read_filter(struct req *rq, const struct user_page *a,
                            struct account_filter *filter)
{
    bool has_errors =
        cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(rq->object, "passwordErrorNum"));
    enum err e = read_time(rq, "registerTime", &filter->registered_ms);

    if (a->status != FLAG_ABSENT)
        filter->enabled = (struct range){ a->status == FLAG_ON, a->status == FLAG_ON };
    if (has_errors)
        filter->password_errors = (struct range){ a->password_errors, a->password_errors };
    if (e == OK)
        e = read_time(rq, "lastLoginTime", &filter->login_ms);
    if (e == OK)
        e = read_time(rq, "passwordErrorLastTime", &filter->error_ms);
    return e;
}

/* IPage. */
static cJSON *encode_page(struct req *rq, int64_t current, int64_t size, int64_t total,
                          const struct account *list, size_t count)
{
    cJSON *o = cJSON_CreateObject(), *records;

    json_add_i64(o, "current", current);
    json_add_i64(o, "pages", size > 0 ? (total + size - 1) / size : 0);
    records = cJSON_AddArrayToObject(o, "records");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(records, node_user(rq->cx.arena, &list[i]));
    cJSON_AddBoolToObject(o, "searchCount", true);
    json_add_i64(o, "size", size);
    json_add_i64(o, "total", total);
    return o;
}

/* POST /user/page: accounts that equal the filter in all it names. */
static enum err user_page(struct req *rq, const void *args)
{
    const struct user_page *a = args;
    bool has_size = req_query(rq, "size") != NULL;
    int64_t current = a->current < 1 ? 1 : a->current;
    int64_t size = !has_size                                ? SIZE_DEFAULT
                   : a->size < 0 || a->size > SIZE_MAX_PAGE ? SIZE_MAX_PAGE
                                                            : a->size;
    struct account_filter filter = { .enabled = RANGE_ALL,
                                     .password_errors = RANGE_ALL,
                                     .registered_ms = RANGE_ALL,
                                     .login_ms = RANGE_ALL,
                                     .error_ms = RANGE_ALL,
                                     .offset = (current - 1) * size,
                                     .limit = size };
    const char *username = str_or_empty(a->username)[0] != '\0' ? a->username : NULL;
    struct account *list;
    size_t count;
    int64_t total;
    enum err e = node_check_json(rq);

    if (e == OK)
        e = read_filter(rq, a, &filter);
    if (e == OK)
        e = account_page(&rq->cx, &filter, username, &list, &count, &total);
    if (e == OK)
        rq->data = encode_page(rq, current, size, total, list, count);
    return e;
}

struct user_status {
    const char *username;
    enum flag status;
};
SPEC(user_status, F_STR(user_status, username, IN_PATH, "username", REQUIRED, 1, 1000),
     F_FLAG(user_status, status, IN_PATH, "status", REQUIRED));

/* PUT /user/setUserStatus/{username}/{status}: false for a name nobody has. */
static enum err user_status(struct req *rq, const void *args)
{
    const struct user_status *a = args;
    struct account account;
    enum err e = account_find(&rq->cx, a->username, &account);

    if (e == OK)
        e = account_set_enabled(&rq->cx, account.user.id, a->status == FLAG_ON);
    if (e != OK && e != ERR_NO_ACCOUNT)
        return e;
    node_answer(rq, e == OK);
    return OK;
}

struct user_one {
    const char *username;
};
SPEC(user_one, F_STR(user_one, username, IN_PATH, "username", REQUIRED, 1, 1000));

/* GET /user/{username}: null for a name nobody has. */
static enum err user_one(struct req *rq, const void *args)
{
    const struct user_one *a = args;
    struct account account;
    enum err e = account_find(&rq->cx, a->username, &account);

    if (e == OK)
        rq->data = node_user(rq->cx.arena, &account);
    return e == ERR_NO_ACCOUNT ? OK : e;
}

static const struct route routes[] = {
    { POST, "/user/page", ACCESS_SERVICE, user_page, &user_page_spec, NULL },
    { PUT, "/user/setUserStatus/{username}/{status}", ACCESS_SERVICE, user_status,
      &user_status_spec, NULL },
    { GET, "/user/{username}", ACCESS_SERVICE, user_one, &user_one_spec, NULL },
};
const struct section node_user_section = SECTION(routes);
