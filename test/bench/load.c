/* The load client: `load SCENE port=N accounts=FILE key=value...`; test/bench/run.js starts it. In C
 * because a client slower than the server would measure itself. FILE has a line "id token" per
 * account. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "hist.h"

static const struct scene {
    const char *name;
    void (*run)(struct load *ld);
} scenes[] = {
    { "get", scene_get },       { "send", scene_send },   { "hold", scene_hold },
    { "fanout", scene_fanout }, { "stall", scene_stall },
};

/* About 200 bytes of what people write. */
static const char prose[] =
    "Are we still on for Thursday? 我周四下午三点之后都有空，可以在老地方见面，"
    "顺便把上次说的照片带给你。 If it rains we take the tram instead, it is only four stops. "
    "路上小心，到了给我发个消息。";

char *message_json(const struct load *ld, long long to_id, const char *ope, long n, size_t *len_r)
{
    size_t want = ld->bytes > 0 ? (size_t)ld->bytes : sizeof prose - 1;
    char *body = must_alloc(NULL, want + 32 + sizeof prose), *json;
    size_t len = (size_t)snprintf(body, 32, "#%ld;", n);
    int total;

    while (len < want) {
        memcpy(body + len, prose, sizeof prose - 1);
        len += sizeof prose - 1;
    }
    while (len > want && ((unsigned char)body[want] & 0xc0) == 0x80)
        want++; /* not inside a character */
    body[want] = '\0';
    total = asprintf(&json,
                     "{\"toId\":%lld,\"ope\":\"%s\",\"type\":\"text\",\"body\":\"%s\","
                     "\"clientMsgId\":\"%llx-%lx\"}",
                     to_id, ope, body, (unsigned long long)now_ns(), (unsigned long)n);
    if (total < 0)
        die("memory");
    free(body);
    *len_r = (size_t)total;
    return json;
}

long message_number(const char *text, size_t len)
{
    static const char mark[] = "\"body\":\"#";
    const char *at = memmem(text, len, mark, sizeof mark - 1);

    return at != NULL ? strtol(at + sizeof mark - 1, NULL, 10) : -1;
}

void must_succeed(int status, const char *body)
{
    if (status == 200 && strncmp(body, "{\"code\":0", 9) == 0)
        return;
    errno = 0;
    fprintf(stderr, "%d %.300s\n", status, body);
    die("the server refused a request");
}

static bool all_agreed(const struct sock *socks, long count)
{
    for (long i = 0; i < count; i++)
        if (!socks[i].is_agreed)
            return false;
    return true;
}

/* Not all at once: a listen queue is not what is measured. */
void open_sockets(struct load *ld, struct sock *socks, long count, const struct sock_events *on)
{
    uint64_t deadline = now_ns() + 60 * SECOND_NS;

    for (long done = 0; done < count;) {
        long first = done;
        for (; done < count && done < first + 64; done++) {
            socks[done].index = done;
            sock_open(&socks[done], &ld->loop, ld->accounts[done % ld->account_count].token, on);
        }
        while (!all_agreed(socks + first, done - first)) {
            loop_run(&ld->loop, now_ns() + 1000000);
            if (now_ns() > deadline)
                die("the sockets do not open");
        }
    }
}

static void read_accounts(struct load *ld, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL, *token;
    size_t cap = 0;

    if (file == NULL)
        die(path);
    while (getline(&line, &cap, file) > 0) {
        ld->accounts =
            must_alloc(ld->accounts, (size_t)(ld->account_count + 1) * sizeof *ld->accounts);
        ld->accounts[ld->account_count].id = strtoll(line, &token, 10);
        token += *token == ' ';
        token[strcspn(token, "\r\n")] = '\0';
        ld->accounts[ld->account_count++].token = strdup(token);
    }
    free(line);
    fclose(file);
}

static void set(struct load *ld, char *word)
{
    struct {
        const char *key;
        long *number;
    } numbers[] = { { "port", &ld->port },       { "tls", &ld->tls },
                    { "conns", &ld->conns },     { "sockets", &ld->sockets },
                    { "members", &ld->members }, { "window", &ld->window },
                    { "bytes", &ld->bytes },     { "rate", &ld->rate },
                    { "ms", &ld->ms },           { "stalled", &ld->stalled } };
    char *value = strchr(word, '=');

    if (value == NULL)
        die(word);
    *value++ = '\0';
    if (strcmp(word, "accounts") == 0) {
        read_accounts(ld, value);
        return;
    }
    if (strcmp(word, "path") == 0) {
        ld->path = value;
        return;
    }
    if (strcmp(word, "group") == 0) {
        ld->group = strtoll(value, NULL, 10);
        return;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(word, numbers[i].key) == 0) {
            *numbers[i].number = strtol(value, NULL, 10);
            return;
        }
    die(word);
}

int main(int argc, char **argv)
{
    struct load ld = { .conns = 1, .ms = 1000 };
    struct rlimit files;

    for (int i = 2; i < argc; i++)
        set(&ld, argv[i]);
    errno = 0;
    if (argc < 2 || ld.port == 0 || ld.account_count == 0)
        die("usage: load SCENE port=N accounts=FILE key=value...");
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    loop_init(&ld.loop, (int)ld.port, ld.tls != 0);
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        if (strcmp(argv[1], scenes[i].name) == 0) {
            scenes[i].run(&ld);
            return 0;
        }
    die("there is no such scene");
}
