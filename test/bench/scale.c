/* What a grown store costs to read.
 *   scale fill FILE PEOPLE MESSAGES      makes one, see scale.h
 *   scale measure FILE PEOPLE MESSAGES [PART OF A QUESTION'S NAME]
 *                                        times the domain functions behind answers, on one thread and
 *                                        without HTTP, and tells how SQLite goes about it
 * measure prints lines of JSON: {question, found, p50, p99 (ms), cpu50, cpu99 (ms of the thread), run: [{query, plan: [...],
 * scanned: steps taken in full scans of tables}]}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "db/internal.h"
#include "domain/contact.h"
#include "domain/conversation.h"
#include "domain/group.h"
#include "domain/message.h"
#include "domain/nearby.h"
#include "domain/user.h"
#include "hist.h"
#include "scale.h"

#define RUNS 400
#define WARM_UP 200

static struct scale sc;

void die(const char *what)
{
    fprintf(stderr, "scale: %s\n", what);
    exit(1);
}

void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "scale: %s: %s\n", what, err_name(e));
    exit(1);
}

/* ---- questions; each gives how many it found ---- */

static enum err search_username(struct ctx *cx, size_t *count_r)
{
    struct user *list;

    return user_search(cx, arena_printf(cx->arena, "person%lld", (long long)pick(sc.people)), &list,
                       count_r);
}

static enum err search_nickname(struct ctx *cx, size_t *count_r)
{
    struct user *list, who;
    enum err e = user_get(cx, USER_ID_FIRST + pick(sc.people), &who);

    return e == OK ? user_search(cx, who.nickname, &list, count_r) : e;
}

static enum err list_friends(struct ctx *cx, size_t *count_r)
{
    struct contact *list;

    return contact_list(cx, false, &list, count_r);
}

static enum err list_conversations(struct ctx *cx, size_t *count_r)
{
    struct conversation *list;

    return conversation_list(cx, &list, count_r);
}

/* In the long conversation, the first person's with their first friend. */
static enum err read_history(struct ctx *cx, struct history what, size_t *count_r)
{
    struct history_page out;
    enum err e;

    cx->actor = USER_ID_FIRST;
    what.target_id = USER_ID_FIRST + FIRST_FRIEND % sc.people;
    what.limit = 50;
    what.page = what.page != 0 ? what.page : 1;
    e = message_history(cx, &what, &out);
    *count_r = e == OK ? out.count : 0;
    return e;
}

static int64_t long_pages(int64_t share)
{
    return 1 + pick(sc.messages / LONG_SHARE / share / 50);
}

static enum err newest_page(struct ctx *cx, size_t *count_r)
{
    return read_history(cx, (struct history){ .newest_first = true }, count_r);
}

static enum err any_page(struct ctx *cx, size_t *count_r)
{
    return read_history(cx, (struct history){ .page = long_pages(1) }, count_r);
}

static enum err after_seq(struct ctx *cx, size_t *count_r)
{
    struct history what = { .by_seq = true, .after_seq = pick(sc.messages / LONG_SHARE) };

    return read_history(cx, what, count_r);
}

static enum err any_page_of_texts(struct ctx *cx, size_t *count_r)
{
    return read_history(cx, (struct history){ .kind = KIND_TEXT, .page = long_pages(2) }, count_r);
}

static enum err any_page_of_pictures(struct ctx *cx, size_t *count_r)
{
    struct history what = { .kind = KIND_PICTURE, .page = long_pages(20), .newest_first = true };

    return read_history(cx, what, count_r);
}

static enum err newest_of_group(struct ctx *cx, size_t *count_r)
{
    int64_t group = 1 + pick(sc.big_groups);
    struct history what = { .target_id = group, .limit = 50, .page = 1, .newest_first = true };
    struct history_page out;
    enum err e;

    cx->actor = member_of(&sc, group, pick(GROUP_SIZE));
    e = message_history(cx, &what, &out);
    *count_r = e == OK ? out.count : 0;
    return e;
}

static enum err look_at_group(struct ctx *cx, size_t *count_r)
{
    struct group_view view;
    int64_t group = 1 + pick(sc.big_groups);
    enum err e;

    cx->actor = member_of(&sc, group, 1);
    e = group_look(cx, group, &view);
    *count_r = e == OK ? view.member_count : 0;
    return e;
}

static enum err search_groups(struct ctx *cx, const char *text, size_t *count_r)
{
    struct group *list;

    return group_search(cx, text, &list, count_r);
}

static enum err search_groups_zh(struct ctx *cx, size_t *count_r)
{
    return search_groups(cx, "小组", count_r);
}

static enum err search_groups_en(struct ctx *cx, size_t *count_r)
{
    return search_groups(cx, "club", count_r);
}

/* The middle of somebody's group's name. */
static const char *part_of_a_name(struct ctx *cx)
{
    struct group_view view;
    const char *name;
    size_t first;

    must(group_look(cx, 1 + pick(sc.people), &view), "a group");
    name = view.group.name;
    for (first = 3; ((unsigned char)name[first] & 0xc0) == 0x80;)
        first++;
    return name + first;
}

static enum err search_groups_part(struct ctx *cx, size_t *count_r)
{
    return search_groups(cx, part_of_a_name(cx), count_r);
}

static void somewhere(double *longitude, double *latitude)
{
    bool in_city = pick(2) == 0;

    *longitude = in_city ? CITY_LONGITUDE - 0.4 + (double)pick(800) / 1e3 : (double)pick(360) - 180;
    *latitude = in_city ? CITY_LATITUDE - 0.4 + (double)pick(800) / 1e3 : (double)pick(160) - 80;
}

/* Without noting where the asker is: that is a write, and waits for the disk. */
static enum err people_near(struct ctx *cx, size_t *count_r)
{
    struct near_user *list;
    double longitude, latitude;

    somewhere(&longitude, &latitude);
    return nearby_find(cx, longitude, latitude, &list, count_r);
}

static enum err groups_near_named(struct ctx *cx, const char *text, size_t *count_r)
{
    struct near_group *list;
    double longitude, latitude;

    somewhere(&longitude, &latitude);
    return nearby_groups(cx, longitude, latitude, text, &list, count_r);
}

static enum err groups_near(struct ctx *cx, size_t *count_r)
{
    return groups_near_named(cx, "", count_r);
}

static enum err groups_near_common(struct ctx *cx, size_t *count_r)
{
    return groups_near_named(cx, "小组", count_r);
}

static enum err groups_near_rare(struct ctx *cx, size_t *count_r)
{
    return groups_near_named(cx, part_of_a_name(cx), count_r);
}

static const struct {
    const char *name;
    enum err (*run)(struct ctx *cx, size_t *count_r);
} questions[] = {
    { "friends/search, username", search_username },
    { "friends/search, nickname", search_nickname },
    { "friends", list_friends },
    { "conversations", list_conversations },
    { "chat/messages, newest page", newest_page },
    { "chat/messages, any page", any_page },
    { "chat/messages, after a seq", after_seq },
    { "chat/messages, any page of texts", any_page_of_texts },
    { "chat/messages, any page of pictures", any_page_of_pictures },
    { "chat/messages, newest page of a group", newest_of_group },
    { "chatGroups/info", look_at_group },
    { "chatGroups/search, Chinese", search_groups_zh },
    { "chatGroups/search, English", search_groups_en },
    { "chatGroups/search, part of a name", search_groups_part },
    { "friends/near", people_near },
    { "chatGroups/near", groups_near },
    { "chatGroups/near, a common name", groups_near_common },
    { "chatGroups/near, part of a name", groups_near_rare },
};

/* ---- measuring ---- */

static uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

static void print_plan(sqlite3 *sqlite, const char *sql)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *s;
    const char *comma = "";

    if (sqlite3_prepare_v2(sqlite, explain, -1, &s, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(sqlite));
    while (sqlite3_step(s) == SQLITE_ROW) {
        printf("%s\"%s\"", comma, (const char *)sqlite3_column_text(s, 3));
        comma = ",";
    }
    sqlite3_finalize(s);
    sqlite3_free(explain);
}

/* The statements that ran since the last call. quiet only forgets them. */
static void print_run(bool quiet)
{
    struct db_conn *c = db_read_begin(sc.sv.db);
    const char *comma = "";

    for (int q = 0; q < Q_COUNT; q++) {
        sqlite3_stmt *handle = c->stmts[q].handle;
        int scanned =
            handle == NULL ? 0 : sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
        if (handle == NULL || sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_RUN, 1) == 0 || quiet)
            continue;
        printf("%s{\"query\":\"%s\",\"scanned\":%d,\"plan\":[", comma, query_name[q], scanned);
        print_plan(c->sqlite, query_text[q]);
        printf("]}");
        comma = ",";
    }
    db_read_end(sc.sv.db, c);
}

static void measure(size_t q)
{
    static struct hist waited, busy;
    size_t count = 0, most = 0;

    waited = busy = (struct hist){ 0 };
    for (int i = -WARM_UP; i < RUNS; i++) {
        struct ctx cx;
        uint64_t start, start_cpu;
        if (i == 0)
            print_run(true);
        ctx_init(&cx, &sc.sv, sc.arena, "bench", "");
        cx.actor = USER_ID_FIRST + pick(TALKERS);
        start = now_ns();
        start_cpu = cpu_ns();
        must(questions[q].run(&cx, &count), questions[q].name);
        if (i >= 0) {
            hist_add(&busy, cpu_ns() - start_cpu);
            hist_add(&waited, now_ns() - start);
        }
        ctx_release(&cx);
        arena_reset(sc.arena);
        most = count > most ? count : most;
    }
    printf("{\"question\":\"%s\",\"found\":%zu,\"p50\":%.3f,\"p99\":%.3f,\"cpu50\":%.3f,\"cpu99\":%"
           ".3f,\"run\":[",
           questions[q].name, most, hist_ms(&waited, 0.5), hist_ms(&waited, 0.99),
           hist_ms(&busy, 0.5), hist_ms(&busy, 0.99));
    print_run(false);
    printf("]}\n");
}

int main(int argc, char **argv)
{
    struct conf *conf;
    char *error = NULL;

    if (argc < 5)
        die("usage: scale fill|measure FILE PEOPLE MESSAGES");
    if (!conf_parse("", &conf, &error))
        die(error);
    sc = (struct scale){ .arena = arena_new(),
                         .people = strtoll(argv[3], NULL, 10),
                         .messages = strtoll(argv[4], NULL, 10) };
    setvbuf(stdout, NULL, _IOLBF, 0);
    sc.big_groups = sc.people / GROUP_SIZE;
    sc.sv.conf = conf;
    sc.sv.clock = &clock_system;
    if (strcmp(argv[1], "fill") == 0) {
        fill(&sc, argv[2]);
        return 0;
    }
    if ((sc.sv.db = db_open(argv[2], NULL, &error)) == NULL)
        die(error);
    for (size_t q = 0; q < sizeof questions / sizeof questions[0]; q++)
        if (strstr(questions[q].name, argc > 5 ? argv[5] : "") != NULL)
            measure(q);
    db_close(sc.sv.db);
    return 0;
}
