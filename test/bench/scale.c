/* What a grown store costs to read: fills one with people, friends, groups, places and messages
 * made of real sentences, then times the domain functions behind each answer on one thread.
 *   scale DIR [people] [messages]      prints lines of JSON; DIR must be empty
 * Sentences come from Debian's packages fortunes and fortunes-zh where they are installed. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/contacts.h"
#include "db/groups.h"
#include "db/messages.h"
#include "db/places.h"
#include "db/users.h"
#include "domain/contact.h"
#include "domain/conversation.h"
#include "domain/group.h"
#include "domain/message.h"
#include "domain/nearby.h"
#include "domain/user.h"
#include "hist.h"

#define CHUNK 20000 /* rows in one transaction while filling */
#define GROUP_SIZE 500
#define FRIENDS 200 /* of each of the first hundred people */
#define RUNS 400
#define SENTENCES_MAX 20000

static struct services sv;
static struct arena *arena;
static int64_t people_count = 100000, message_count = 1000000, group_count;
static char *sentences[SENTENCES_MAX];
static size_t sentence_count;

static void die(const char *what)
{
    fprintf(stderr, "scale: %s\n", what);
    exit(1);
}

static void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "scale: %s: %s\n", what, err_name(e));
    exit(1);
}

/* The same sequence every time, so that two runs measure the same store. */
static uint64_t state = 88172645463325252u;
static int64_t pick(int64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)below);
}

static int64_t someone(void)
{
    return USER_ID_FIRST + pick(people_count);
}

/* ---- sentences ---- */

static void add_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[2000];

    while (file != NULL && sentence_count < SENTENCES_MAX && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strlen(line) > 12 && utf8_valid(line, strlen(line)) && !str_has_control(line))
            sentences[sentence_count++] = strdup(line);
    }
    if (file != NULL)
        fclose(file);
}

static void load_sentences(void)
{
    static const char folder[] = "/usr/share/games/fortunes";
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char path[400];

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strchr(entry->d_name, '.') != NULL)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        add_file(path);
    }
    if (dir != NULL)
        closedir(dir);
    if (sentence_count == 0)
        sentences[sentence_count++] =
            strdup("Are we still on for Thursday? 我周四下午三点之后都有空。");
}

static const char *sentence(void)
{
    return sentences[pick((int64_t)sentence_count)];
}

/* ---- filling ---- */

/* Calls fill for 0..count-1, a chunk to a transaction. */
static void fill_all(const char *what, int64_t count,
                     enum err (*fill)(struct db_conn *c, int64_t i))
{
    for (int64_t at = 0; at < count; at += CHUNK) {
        struct db_conn *c;
        must(db_write_begin(sv.db, &c), what);
        for (int64_t i = at; i < at + CHUNK && i < count; i++)
            must(fill(c, i), what);
        must(db_write_end(sv.db, true, NULL, NULL), what);
        arena_reset(arena);
        db_checkpoint(sv.db);
    }
}

static enum err fill_person(struct db_conn *c, int64_t i)
{
    struct user_insert in = { .uid = crypto_random_hex(arena),
                              .username = arena_printf(arena, "person%lld", (long long)i),
                              .nickname = arena_printf(arena, "%s%lld", i % 2 ? "小明" : "Mary ",
                                                       (long long)(i % 5000)),
                              .password_hash = "",
                              .now_ms = 1 };
    int64_t id;

    return db_user_insert(c, &in, &id);
}

/* Half of them in one city, half anywhere. */
static enum err fill_place(struct db_conn *c, int64_t i)
{
    bool in_city = i % 2 == 0;
    double longitude = in_city ? 116.1 + (double)pick(600000) / 1e6 : (double)pick(360) - 180;
    double latitude = in_city ? 39.7 + (double)pick(500000) / 1e6 : (double)pick(160) - 80;

    return db_user_set_place(c, USER_ID_FIRST + i, longitude, latitude,
                             clock_wall_ms(&clock_system));
}

static enum err fill_friend(struct db_conn *c, int64_t i)
{
    int64_t user = USER_ID_FIRST + i / FRIENDS, peer = USER_ID_FIRST + 1000 + i % FRIENDS;
    enum err e = db_contact_befriend(c, user, peer, 1);

    return e == OK ? db_contact_befriend(c, peer, user, 1) : e;
}

static enum err fill_group(struct db_conn *c, int64_t i)
{
    struct ctx cx;
    struct group in = { .handle = crypto_random_hex(arena),
                        .name =
                            arena_printf(arena, "%.24s%s", i % 2 ? "周末爬山小组" : "Book Club ",
                                         crypto_random_hex(arena) + 24),
                        .avatar = "",
                        .intro = "",
                        .country = "",
                        .province = "",
                        .city = "",
                        .district = "",
                        .address = "",
                        .creator_id = USER_ID_FIRST + i,
                        .member_limit = GROUP_SIZE,
                        .created_at_ms = 1 };
    enum err e = db_group_insert(c, &in, &in.id);

    if (e == OK)
        e = db_conversation_group_insert(c, in.id, &in.conversation_id);
    ctx_init(&cx, &sv, arena, "bench", "");
    cx.conn = c;
    if (e == OK)
        e = group_index(&cx, &in);
    return e;
}

static enum err fill_member(struct db_conn *c, int64_t i)
{
    int64_t group = 1 + i / GROUP_SIZE, place = i % GROUP_SIZE, conversation, last;
    int64_t user = USER_ID_FIRST + (group * 137 + place) % people_count;
    enum err e = db_member_insert(c, group, user, place == 0 ? ROLE_OWNER : ROLE_MEMBER, 1);

    if (e == OK)
        e = db_conversation_of_group(c, group, &conversation, &last);
    return e == OK ? db_participant_insert(c, user, conversation, 0, 1) : e;
}

/* A tenth in one long conversation, a third in groups, the rest between friends. */
static enum err fill_message(struct db_conn *c, int64_t i)
{
    struct message m = { .client_id = "",
                         .kind = i % 10 == 0 ? KIND_PICTURE : KIND_TEXT,
                         .body = sentence(),
                         .created_at_ms = i };
    int64_t last;
    enum err e;

    if (i % 10 == 0) {
        m.sender_id = USER_ID_FIRST;
        e = db_conversation_direct(c, USER_ID_FIRST, USER_ID_FIRST + 1000, true, 1,
                                   &m.conversation_id, &last);
        m.kind = i % 70 == 0 ? KIND_PICTURE : KIND_TEXT;
    } else if (i % 3 == 0) {
        int64_t group = 1 + pick(group_count);
        m.sender_id = USER_ID_FIRST + (group * 137 + pick(GROUP_SIZE)) % people_count;
        e = db_conversation_of_group(c, group, &m.conversation_id, &last);
    } else {
        m.sender_id = USER_ID_FIRST + pick(100);
        e = db_conversation_direct(c, m.sender_id, USER_ID_FIRST + 1000 + pick(FRIENDS), true, 1,
                                   &m.conversation_id, &last);
    }
    if (e == OK)
        e = db_conversation_advance(c, m.conversation_id, i, &m.seq);
    return e == OK ? db_message_insert(c, &m, &last) : e;
}

/* ---- measuring ---- */

static enum err search_people(struct ctx *cx)
{
    struct user *list;
    size_t count;

    return user_search(cx, arena_printf(cx->arena, "person%lld", (long long)pick(people_count)),
                       &list, &count);
}

static enum err list_friends(struct ctx *cx)
{
    struct contact *list;
    size_t count;

    cx->actor = USER_ID_FIRST + pick(100);
    return contact_list(cx, false, &list, &count);
}

static enum err list_conversations(struct ctx *cx)
{
    struct conversation *list;
    size_t count;

    cx->actor = USER_ID_FIRST + pick(100);
    return conversation_list(cx, &list, &count);
}

static enum err read_history(struct ctx *cx, int64_t page, int kind)
{
    struct history what = {
        .target_id = USER_ID_FIRST + 1000, .page = page, .limit = 50, .kind = kind
    };
    struct history_page out;

    cx->actor = USER_ID_FIRST;
    return message_history(cx, &what, &out);
}

static enum err newest_page(struct ctx *cx)
{
    struct history what = {
        .target_id = USER_ID_FIRST + 1000, .page = 1, .limit = 50, .newest_first = true
    };
    struct history_page out;

    cx->actor = USER_ID_FIRST;
    return message_history(cx, &what, &out);
}

static enum err deep_page(struct ctx *cx)
{
    return read_history(cx, 1 + pick(1000), 0);
}

static enum err page_of_kind(struct ctx *cx)
{
    return read_history(cx, 1 + pick(20), KIND_PICTURE);
}

static enum err look_at_group(struct ctx *cx)
{
    struct group_view view;
    int64_t group = 1 + pick(group_count);

    cx->actor = USER_ID_FIRST + (group * 137) % people_count;
    return group_look(cx, group, &view);
}

static enum err search_groups_zh(struct ctx *cx)
{
    struct group *list;
    size_t count;

    return group_search(cx, "爬山", &list, &count);
}

static enum err search_groups_en(struct ctx *cx)
{
    struct group *list;
    size_t count;

    return group_search(cx, "book club", &list, &count);
}

/* Without noting where the asker is: that is a write, and waits for the disk. */
static enum err find_near(struct ctx *cx)
{
    struct near_user *list;
    size_t count;
    bool in_city = pick(2) == 0;

    return nearby_find(cx, in_city ? 116.4 : (double)pick(300) - 150, in_city ? 39.9 : 10, &list,
                       &count);
}

static const struct {
    const char *name;
    enum err (*run)(struct ctx *cx);
} questions[] = {
    { "friends/search", search_people },
    { "friends (200)", list_friends },
    { "site/conversations", list_conversations },
    { "chat/messages, newest page", newest_page },
    { "chat/messages, any of 1000 pages", deep_page },
    { "chat/messages, one kind", page_of_kind },
    { "chatGroups/info (500)", look_at_group },
    { "chatGroups/search, Chinese", search_groups_zh },
    { "chatGroups/search, English", search_groups_en },
    { "friends/near", find_near },
};

static void measure(size_t q)
{
    static struct hist waited;

    waited = (struct hist){ 0 };
    for (int i = 0; i < RUNS; i++) {
        struct ctx cx;
        uint64_t start = now_ns();
        ctx_init(&cx, &sv, arena, "bench", "");
        cx.actor = someone();
        must(questions[q].run(&cx), questions[q].name);
        ctx_release(&cx);
        hist_add(&waited, now_ns() - start);
        arena_reset(arena);
    }
    printf("{\"question\":\"%s\",\"p50\":%.3f,\"p99\":%.3f}\n", questions[q].name,
           hist_ms(&waited, 0.5), hist_ms(&waited, 0.99));
}

int main(int argc, char **argv)
{
    struct conf *conf;
    char *error = NULL, path[1000];

    if (argc < 2)
        die("usage: scale DIR [people] [messages]");
    people_count = argc > 2 ? strtoll(argv[2], NULL, 10) : people_count;
    message_count = argc > 3 ? strtoll(argv[3], NULL, 10) : message_count;
    group_count = people_count / GROUP_SIZE;
    snprintf(path, sizeof path, "%s/chatd.db", argv[1]);
    if (!conf_parse("", &conf, &error) || (sv.db = db_open(path, NULL, &error)) == NULL)
        die(error);
    sv.conf = conf;
    sv.clock = &clock_system;
    arena = arena_new();
    load_sentences();
    fill_all("people", people_count, fill_person);
    fill_all("places", people_count, fill_place);
    fill_all("friends", 100 * FRIENDS, fill_friend);
    fill_all("groups", group_count, fill_group);
    fill_all("members", group_count * GROUP_SIZE, fill_member);
    fill_all("messages", message_count, fill_message);
    for (size_t q = 0; q < sizeof questions / sizeof questions[0]; q++)
        measure(q);
    db_close(sv.db);
    return 0;
}
