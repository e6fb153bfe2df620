/* What the domain tests stand on: an in-memory store, a clock that only moves when told, and
 * recorders in place of the sockets. One fixture per test; nothing is shared between tests. */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/contacts.h"
#include "db/groups.h"
#include "db/messages.h"
#include "db/sessions.h"
#include "db/users.h"
#include "domain/contact.h"
#include "domain/conversation.h"
#include "domain/group.h"
#include "domain/message.h"
#include "domain/password.h"
#include "domain/session.h"
#include "domain/user.h"

#define RECORDED_MAX 64

struct recorded {
    enum event_kind kind;
    int64_t to[16];
    size_t to_count;
    /* Of the message, or the seq read or delivered, or how many react, or whose or which it is about;
     * negative: taken back, let go, gone. */
    int64_t id;
    char body[64]; /* of the message, or the reason, the emoji, the nickname, the language */
    int64_t session_id;
    struct call_event call; /* EV_CALL_*; its pointers are dead */
};

struct fixture {
    struct conf *conf;
    struct services sv;
    struct clock clock;
    struct arena *arena;
    uint8_t key[JWT_KEY_BYTES];
    int64_t now_ms;
    struct recorded events[RECORDED_MAX];
    size_t event_count;
    int64_t ended_user, ended_session;
    struct letter letter; /* the last one; its texts are in the arena */
    size_t letter_count;
    enum err letter_answer; /* what the post says to the next one */
};

int fixture_setup(void **state);
int fixture_teardown(void **state);
/* One test on a fixture of its own. */
#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* A context in which user acts (0: nobody). */
struct ctx as(struct fixture *f, int64_t user);
/* A new account of that name, password "secret1". */
int64_t person(struct fixture *f, const char *name);
void befriend(struct fixture *f, int64_t a, int64_t b);
/* Sends text; returns the error. message_r may be NULL. */
enum err say(struct fixture *f, int64_t from, int64_t to, const char *text, const char *client_id,
             struct message *message_r);
int64_t make_group(struct fixture *f, int64_t owner, const char *name, bool history);
void join(struct fixture *f, int64_t group, int64_t user, int64_t owner);

#endif
