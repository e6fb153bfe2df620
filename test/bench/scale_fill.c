/* Filling the store of the scale bench, through the functions of db/ that the server writes with; see
 * scale.h. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/contacts.h"
#include "db/groups.h"
#include "db/internal.h"
#include "db/messages.h"
#include "db/places.h"
#include "db/users.h"
#include "domain/group.h"
#include "hist.h"
#include "scale.h"

#define CHUNK 20000 /* rows in one transaction */
#define SENTENCES_MAX 40000

static char *sentences[2][SENTENCES_MAX]; /* English, Chinese */
static size_t sentence_counts[2];

static uint64_t state = 88172645463325252u;
int64_t pick(int64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)below);
}

int64_t member_of(const struct scale *sc, int64_t group, int64_t place)
{
    return USER_ID_FIRST + (group * 137 + place) % sc->people;
}

/* ---- sentences ---- */

static bool is_chinese(const char *text)
{
    size_t wide = 0;

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        wide += *p >= 0xe4;
    return wide * 6 > strlen(text); /* every second character */
}

/* Without the escapes that colour it on a terminal. */
static void strip_colours(char *line)
{
    char *to = line;

    for (const char *p = line; *p != '\0'; p++) {
        if (p[0] == '\033' && p[1] == '[') {
            p += strcspn(p, "m");
            if (*p == '\0')
                break;
            continue;
        }
        *to++ = *p;
    }
    *to = '\0';
}

static void add_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[2000];

    while (file != NULL && fgets(line, sizeof line, file)) {
        int zh;
        line[strcspn(line, "\r\n")] = '\0';
        strip_colours(line);
        if (strlen(line) <= 12 || !utf8_valid(line, strlen(line)) || str_has_control(line))
            continue;
        zh = is_chinese(line);
        if (sentence_counts[zh] < SENTENCES_MAX)
            sentences[zh][sentence_counts[zh]++] = strdup(line);
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
    if (sentence_counts[0] < 1000 || sentence_counts[1] < 1000)
        die("the packages fortunes and fortunes-zh are missing");
}

static const char *sentence(int zh)
{
    return sentences[zh][pick((int64_t)sentence_counts[zh])];
}

/* The first so many characters of a sentence. */
static const char *words(struct scale *sc, int zh, size_t chars)
{
    const char *text = sentence(zh), *end = text;

    while (chars-- > 0 && *end != '\0')
        for (end++; ((unsigned char)*end & 0xc0) == 0x80;)
            end++;
    return arena_strndup(sc->arena, text, (size_t)(end - text));
}

/* ---- rows ---- */

static enum err fill_person(struct scale *sc, struct db_conn *c, int64_t i)
{
    const char *hash = "";
    struct user_insert in = { .uid = crypto_random_hex(sc->arena),
                              .username = arena_printf(sc->arena, "person%lld", (long long)i),
                              .nickname = words(sc, i % 2, i % 2 ? 3 : 8),
                              .now_ms = 1 };
    int64_t id;

    if (i == 0)
        must(crypto_password_hash(sc->arena, PASSWORD, 4, &hash), "password");
    in.password_hash = hash;
    return db_user_insert(c, &in, &id);
}

/* Half of all in one city, half anywhere. */
static void place(int64_t i, double *longitude, double *latitude)
{
    bool in_city = i % 2 == 0;

    *longitude = in_city ? CITY_LONGITUDE - 0.3 + (double)pick(600000) / 1e6
                         : (double)pick(360000) / 1e3 - 180;
    *latitude = in_city ? CITY_LATITUDE - 0.25 + (double)pick(500000) / 1e6
                        : (double)pick(160000) / 1e3 - 80;
}

static enum err fill_place(struct scale *sc, struct db_conn *c, int64_t i)
{
    double longitude, latitude;

    place(i, &longitude, &latitude);
    return db_user_set_place(c, USER_ID_FIRST + i, longitude, latitude,
                             clock_wall_ms(sc->sv.clock));
}

static enum err fill_friend(struct scale *sc, struct db_conn *c, int64_t i)
{
    int64_t user = USER_ID_FIRST + i / FRIENDS;
    int64_t peer = USER_ID_FIRST + (FIRST_FRIEND + i % FRIENDS) % sc->people;
    enum err e = db_contact_befriend(c, user, peer, 1);

    return e == OK ? db_contact_befriend(c, peer, user, 1) : e;
}

static enum err fill_group(struct scale *sc, struct db_conn *c, int64_t i)
{
    struct ctx cx;
    struct group in = { .handle = crypto_random_hex(sc->arena),
                        .name = i % 2 ? arena_printf(sc->arena, "%s小组", words(sc, 1, 7))
                                      : arena_printf(sc->arena, "%s Club", words(sc, 0, 14)),
                        .creator_id = member_of(sc, 1 + i, 0),
                        .member_limit = GROUP_SIZE,
                        .created_at_ms = 1 };
    enum err e;

    place(i / 2, &in.longitude, &in.latitude);
    e = db_group_insert(c, &in, &in.id);
    if (e == OK)
        e = db_conversation_group_insert(c, in.id, &in.conversation_id);
    ctx_init(&cx, &sc->sv, sc->arena, "bench", "");
    cx.conn = c;
    if (e == OK)
        e = group_index(&cx, &in);
    if (e == OK)
        e = db_member_insert(c, in.id, in.creator_id, ROLE_OWNER, 1);
    return e == OK ? db_participant_insert(c, in.creator_id, in.conversation_id, 0, 1) : e;
}

static enum err fill_member(struct scale *sc, struct db_conn *c, int64_t i)
{
    int64_t group = 1 + i / (GROUP_SIZE - 1), conversation, last;
    int64_t user = member_of(sc, group, 1 + i % (GROUP_SIZE - 1));
    enum err e = db_member_insert(c, group, user, ROLE_MEMBER, 1);

    if (e == OK)
        e = db_conversation_of_group(c, group, &conversation, &last);
    return e == OK ? db_participant_insert(c, user, conversation, 0, 1) : e;
}

/* Where message i goes, and who says it: a tenth in one long conversation, a third in groups, the
 * rest between friends. */
static enum err address(struct scale *sc, struct db_conn *c, int64_t i, struct message *m)
{
    int64_t last, group = 1 + pick(sc->big_groups);
    int64_t peer = FIRST_FRIEND + (i % LONG_SHARE == 0 ? 0 : pick(FRIENDS));

    if (i % LONG_SHARE != 0 && i % 3 == 0) {
        m->sender_id = member_of(sc, group, pick(GROUP_SIZE));
        return db_conversation_of_group(c, group, &m->conversation_id, &last);
    }
    m->sender_id = USER_ID_FIRST + (i % LONG_SHARE == 0 ? 0 : pick(TALKERS));
    peer = USER_ID_FIRST + peer % sc->people;
    if (i % 7 < 3) {
        int64_t swap = m->sender_id;
        m->sender_id = peer;
        peer = swap;
    }
    return db_conversation_direct(c, m->sender_id, peer, true, 1, &m->conversation_id, &last);
}

/* As message_send() would leave it: in seventy one picture, in two hundred one taken back, in groups
 * in fifty one notice, and the sender has read up to here. */
static enum err fill_message(struct scale *sc, struct db_conn *c, int64_t i)
{
    struct message m = { .client_id = arena_printf(sc->arena, "%016llx", (unsigned long long)i),
                         .kind = i % 70 == 0 ? KIND_PICTURE : KIND_TEXT,
                         .body = sentence((int)pick(2)),
                         .extra = "",
                         .created_at_ms = i };
    bool moved;
    enum err e = address(sc, c, i, &m);

    if (i % LONG_SHARE != 0 && i % 3 == 0 && i % 50 == 1) {
        m.kind = KIND_NOTICE;
        m.notice = NOTICE_UPDATED;
        m.client_id = m.body = "";
    }
    if (e == OK)
        e = db_conversation_advance(c, m.conversation_id, i, &m.seq);
    if (e == OK)
        e = db_message_insert(c, &m, &m.id);
    if (e == OK && m.kind != KIND_NOTICE)
        e = db_participant_read(c, m.sender_id, m.conversation_id, m.seq, i, &moved);
    return e == OK && m.kind != KIND_NOTICE && i % 200 == 7 ? db_message_revoke(c, m.id, i) : e;
}

/* ---- all of it ---- */

/* Calls one for 0..count-1, a chunk to a transaction. */
static void fill_all(struct scale *sc, const char *what, int64_t count,
                     enum err (*one)(struct scale *sc, struct db_conn *c, int64_t i))
{
    uint64_t start = now_ns();

    for (int64_t at = 0; at < count; at += CHUNK) {
        struct db_conn *c;
        must(db_write_begin(sc->sv.db, &c), what);
        for (int64_t i = at; i < at + CHUNK && i < count; i++)
            must(one(sc, c, i), what);
        must(db_write_end(sc->sv.db, true, NULL, NULL), what);
        arena_reset(sc->arena);
    }
    fprintf(stderr, "%s: %lld in %.1f s\n", what, (long long)count,
            (double)(now_ns() - start) / 1e9);
}

/* Page for page, so that what lies beside what is as writing left it. */
static void write_to(struct db *db, const char *path)
{
    struct db_conn *c = db_read_begin(db);
    sqlite3 *file = NULL;
    sqlite3_backup *copy;

    if (sqlite3_open(path, &file) != SQLITE_OK ||
        (copy = sqlite3_backup_init(file, "main", c->sqlite, "main")) == NULL ||
        sqlite3_backup_step(copy, -1) != SQLITE_DONE || sqlite3_backup_finish(copy) != SQLITE_OK ||
        sqlite3_close(file) != SQLITE_OK)
        die("the store cannot be written");
    db_read_end(db, c);
}

void fill(struct scale *sc, const char *path)
{
    char *error = NULL;

    load_sentences();
    sc->sv.db = db_open(":memory:", NULL, &error);
    if (sc->sv.db == NULL)
        die(error);
    fill_all(sc, "people", sc->people, fill_person);
    fill_all(sc, "places", sc->people, fill_place);
    fill_all(sc, "friends", TALKERS * FRIENDS, fill_friend);
    fill_all(sc, "groups", sc->people, fill_group);
    fill_all(sc, "members", sc->big_groups * (GROUP_SIZE - 1), fill_member);
    fill_all(sc, "messages", sc->messages, fill_message);
    write_to(sc->sv.db, path);
    db_close(sc->sv.db);
}
