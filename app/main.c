/* Puts the parts together: flags, configuration, start, signals. The only file that knows all
 * layers. */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "civetweb/selftest.h"
#include "conf.h"
#include "cron.h"
#include "datadir.h"
#include "domain/backup.h"
#include "domain/call.h"
#include "domain/file.h"
#include "domain/ice.h"
#include "domain/online.h"
#include "domain/password.h"
#include "domain/seen.h"
#include "greet.h"
#include "handlers/all.h"
#include "handlers/site/site.h"
#include "post/post.h"
#include "server.h"
#include "setup_link.h"
#include "tls/tls.h"
#include "tls/trust.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 78 };

#define SETS_MAX 64
#define LIMITER_BUCKETS 20000

static const char usage[] =
    "usage: chatd [-c FILE] [-s key=value]... [--check-config]\n"
    "       chatd [-c FILE] [-s key=value]... trust | setup-link\n"
    "       chatd [-c FILE] [-s key=value]... turn-config | backup FOLDER\n"
    "       chatd routes | --help | --version\n"
    "\n"
    "  -c, --config FILE     read FILE (chat.conf explains every key); without it the defaults "
    "stand\n"
    "  -s, --set key=value   set a key, over the file and the environment (CHATD_KEY); may be "
    "repeated\n"
    "      --check-config    say whether the configuration is good, and end\n"
    "      --version         print the version\n"
    "      --help            print this\n"
    "  trust                 print the local CA and how each system is made to trust it\n"
    "  setup-link            print a link, good once and for 24 hours, that makes an "
    "administrator;\n"
    "                        whether or not the server runs\n"
    "  backup FOLDER         make FOLDER a copy of the data folder, checked, whether or not the "
    "server\n"
    "                        runs; to restore, give it as data_dir\n"
    "  routes                print dialect, method and path of every route, tab-separated\n"
    "  turn-config           print a coturn configuration that fits turn.urls and turn.secret\n"
    "\n"
    "keys and their defaults:\n";

struct arguments {
    const char *file;
    const char *sets[SETS_MAX];
    size_t set_count;
    bool check_only;
    const char *command; /* NULL: serve */
    const char *operand; /* of the one command that has one */
};

/* Everything that lives as long as the process, in the order it is made. */
struct process {
    struct conf *conf;
    struct services services;
    struct router *router;
    struct hub *hub;
    struct post *post;
    struct cron *cron;
    struct tls *tls;
    struct server *server;
    uint8_t jwt_key[JWT_KEY_BYTES];
};

/* Set by cron when the store has failed: ends the process with EXIT_FAILED so that it is started
 * anew. */
static atomic_bool store_failed;
/* Set when the process was asked to end: load balancers should look elsewhere. */
static atomic_bool is_ending;

static void print_help(void)
{
    size_t count;
    const struct conf_key *keys = conf_keys(&count);

    fputs(usage, stdout);
    for (size_t i = 0; i < count; i++)
        printf("  %-24s %-24s %s\n", keys[i].name, keys[i].fallback, keys[i].help);
}

/* One sentence on stderr; the way every refusal to start ends. */
static int complain(int status, char *sentence)
{
    fprintf(stderr, "chatd: %s\n", sentence != NULL ? sentence : "out of memory");
    free(sentence);
    return status;
}

/* -1: go on; otherwise the exit status. */
static int parse_arguments(int argc, char **argv, struct arguments *a)
{
    static const char *const commands[] = { "routes", "trust", "setup-link", "turn-config",
                                            "backup" };
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' }, { "set", required_argument, NULL, 's' },
        { "check-config", no_argument, NULL, 'k' }, { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },      { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "c:s:h", options, NULL)) != -1) {
        if (option == 'c') {
            a->file = optarg;
        } else if (option == 's' && a->set_count < SETS_MAX) {
            a->sets[a->set_count++] = optarg;
        } else if (option == 'k') {
            a->check_only = true;
        } else if (option == 'h') {
            print_help();
            return EXIT_SUCCESS;
        } else if (option == 'v') {
            printf("chatd %s\n", CHATD_VERSION);
            return EXIT_SUCCESS;
        } else {
            fputs("chatd: see chatd --help\n", stderr);
            return EXIT_USAGE;
        }
    }
    for (size_t i = 0; optind < argc && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[optind], commands[i]) == 0)
            a->command = commands[i];
    optind += a->command != NULL;
    if (a->command != NULL && strcmp(a->command, "backup") == 0) {
        if (optind == argc) {
            fputs("chatd: backup: into which folder? See chatd --help\n", stderr);
            return EXIT_USAGE;
        }
        a->operand = argv[optind++];
    }
    if (optind < argc) {
        fprintf(stderr, "chatd: unknown command %s; see chatd --help\n", argv[optind]);
        return EXIT_USAGE;
    }
    return -1;
}

static void print_route(void *arg, const char *dialect, const char *method, const char *path)
{
    (void)arg;
    printf("%s\t%s\t%s\n", dialect, method, path);
}

/* Descriptors for every socket and the rest of the house, no core dumps of other people's messages,
 * signals as main wants them. */
static bool prepare_process(const struct conf *conf, char **error_r)
{
    rlim_t need = (rlim_t)(conf->max_sockets + conf->http_threads + 128);
    struct rlimit limit;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < need) {
        limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
        setrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_cur < need) {
            if (asprintf(error_r,
                         "max_sockets: %lld sockets need %llu open files, the system allows %llu "
                         "(ulimit -n)",
                         (long long)conf->max_sockets, (unsigned long long)need,
                         (unsigned long long)limit.rlim_max) < 0)
                *error_r = NULL;
            return false;
        }
    }
#ifndef __SANITIZE_ADDRESS__ /* the leak checker needs to look at its own process */
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    return true;
}

static void say(const char *sentence)
{
    fprintf(stderr, "chatd: %s\n", sentence);
}

static bool has_tls(const struct conf *conf)
{
    for (int i = 0; i < conf->listen_count; i++)
        if (conf->listen[i].tls)
            return true;
    return false;
}

/* Does every listener name a dialect we have? */
static bool check_dialects(const struct conf *conf, char **error_r)
{
    for (int i = 0; i < conf->listen_count; i++) {
        const char *name = conf->listen[i].dialect;
        bool known = name[0] == '\0';
        for (size_t d = 0; d < dialect_count; d++)
            known = known || strcmp(dialects[d]->name, name) == 0;
        if (known)
            continue;
        if (asprintf(error_r, "listen: there is no dialect called %s", name) < 0)
            *error_r = NULL;
        return false;
    }
    return true;
}

/* Opens the folders of uploaded files and removes what a crash left in them. */
static bool open_depot(struct process *p, char **error_r)
{
    uint8_t seed[DEPOT_SEED_BYTES];
    struct arena *arena;
    struct ctx cx;
    enum err e;

    if (!datadir_upload_key(p->conf->data_dir, seed, sizeof seed, error_r))
        return false;
    p->services.depot = depot_new(p->conf, seed, error_r);
    explicit_bzero(seed, sizeof seed);
    if (p->services.depot == NULL)
        return false;
    arena = arena_new();
    ctx_init(&cx, &p->services, arena, "start", "");
    e = file_sweep(&cx);
    ctx_release(&cx);
    arena_free(arena);
    if (e != OK && asprintf(error_r, "data_dir: cannot tidy the uploads: %s", err_meaning(e)) < 0)
        *error_r = NULL;
    return e == OK;
}

/* Calls live as long as the server does: ends those a crash left, or those of now. */
static bool end_calls(struct process *p, bool is_start, char **error_r)
{
    struct arena *arena = arena_new();
    struct ctx cx;
    enum err e;

    ctx_init(&cx, &p->services, arena, is_start ? "start" : "stop", "");
    e = call_end_all(&cx, is_start);
    ctx_release(&cx);
    arena_free(arena);
    if (e != OK &&
        asprintf(error_r, "data_dir: cannot end the calls of before: %s", err_meaning(e)) < 0)
        *error_r = NULL;
    return e == OK;
}

static struct metrics *open_metrics(void)
{
    const char *names[METRICS_DIALECTS_MAX];

    for (size_t i = 0; i < dialect_count; i++)
        names[i] = dialects[i]->name;
    return metrics_new(names, dialect_count);
}

/* Opens the store and everything it needs. */
static bool open_store(struct process *p, char **error_r)
{
    static const struct host_source this_machine = { .read = host_read };
    char path[4200], *why = NULL;

    if (!datadir_open(p->conf->data_dir, error_r) ||
        !datadir_jwt_key(p->conf->data_dir, p->jwt_key, error_r))
        return false;
    if (has_tls(p->conf))
        p->tls = tls_open(p->conf, &clock_system, &this_machine, error_r);
    if (has_tls(p->conf) && p->tls == NULL)
        return false;
    snprintf(path, sizeof path, "%s/chatd.db", p->conf->data_dir);
    p->services = (struct services){ .conf = p->conf,
                                     .clock = &clock_system,
                                     .db = db_open(path, say, &why),
                                     .online = online_new(),
                                     .limiter = limiter_new(LIMITER_BUCKETS),
                                     .hasher = hasher_new(),
                                     .jwt_key = p->jwt_key,
                                     .deliver = hub_deliver,
                                     .is_online = hub_is_online,
                                     .is_session_online = hub_is_session_online,
                                     .open_tag = hub_open_tag,
                                     .end_session = hub_end_session,
                                     .live = hub_live,
                                     .present = hub_present,
                                     .move = hub_move,
                                     .seen = seen_new(),
                                     .metrics = open_metrics(),
                                     .started_at_ms = clock_wall_ms(&clock_system),
                                     .is_ending = &is_ending,
                                     .tls = p->tls,
                                     .authority = tls_authority,
                                     .https_host = tls_host_for,
                                     .send_letter = post_send };
    if (p->services.db == NULL &&
        asprintf(error_r, "data_dir: %s: %s", path, why != NULL ? why : "out of memory") < 0)
        *error_r = NULL;
    free(why);
    return p->services.db != NULL;
}

static struct hub *open_hub(struct process *p)
{
    const struct conf *conf = p->conf;
    struct hub_limits limits = { .sockets = conf->max_sockets,
                                 .per_user = conf->sockets_per_user,
                                 .per_address = conf->sockets_per_address,
                                 .queue_bytes = conf->socket_queue_bytes,
                                 .queue_frames = conf->socket_queue_frames,
                                 .frame_bytes = conf->socket_frame_bytes,
                                 .ping_ms = conf->socket_ping_seconds * 1000,
                                 .timeout_ms = conf->socket_timeout_seconds * 1000,
                                 .rate = conf->rate_limits };

    return hub_new(&limits, &p->services);
}

static void on_store_failure(void)
{
    log_error("store", "the store has failed; ending so that a restart can recover it");
    atomic_store(&store_failed, true);
    kill(getpid(), SIGTERM);
}

static void print_listener(void *arg, const char *url, const char *dialect)
{
    (void)arg;
    printf("listening %s%s%s\n", url, dialect[0] != '\0' ? " " : "", dialect);
}

/* For a person, or for a program that started us: those read the `listening` lines. */
static void announce(const struct process *p)
{
    if (greet_is_wanted(p->conf)) {
        greet_print(p->conf, p->server, tls_authority(p->tls));
    } else {
        printf("chatd %s, data in %s\n", CHATD_VERSION, p->conf->data_dir);
        server_each_listener(p->server, print_listener, NULL);
    }
    setup_greet(&p->services, p->server);
}

/* Waits for SIGTERM or SIGINT; SIGHUP reads the certificate again, or tells that the terminal we
 * ran in is gone, which ends us too. Every thread but this one has blocked them. */
static void wait_for_end(const struct process *p, const sigset_t *signals)
{
    bool has_terminal = isatty(STDIN_FILENO) == 1;
    int received;

    while (sigwait(signals, &received), received == SIGHUP) {
        if (has_terminal && tcgetpgrp(STDIN_FILENO) < 0)
            break;
        tls_reload(p->tls);
    }
    atomic_store(&is_ending, true);
    log_info("end", "signal %d: letting requests finish", received);
}

static void stop(struct process *p)
{
    server_stop(p->server);
    cron_stop(p->cron);
    post_stop(p->post);
    if (p->hub != NULL)
        hub_free(p->hub);
    hasher_free(p->services.hasher);
    online_free(p->services.online);
    limiter_free(p->services.limiter);
    depot_free(p->services.depot);
    seen_free(p->services.seen);
    metrics_free(p->services.metrics);
    db_close(p->services.db);
    tls_close(p->tls);
    router_free(p->router);
    conf_free(p->conf);
}

static int serve(struct process *p)
{
    char *error = NULL;
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* inherited by every thread made from here on */
    log_setup((enum log_level)p->conf->log_level, p->conf->log_json);
    if (!prepare_process(p->conf, &error) || !open_store(p, &error) || !open_depot(p, &error))
        return complain(EXIT_CONFIG, error);
    p->hub = open_hub(p);
    if (p->hub == NULL)
        return EXIT_FAILED; /* logged */
    p->services.hub = p->hub;
    p->post = post_start(p->conf);
    p->services.post = p->post;
    if (!end_calls(p, true, &error))
        return complain(EXIT_CONFIG, error);
    p->server = server_start(&p->services, p->router, p->hub, p->tls, &error);
    if (p->server == NULL)
        return complain(EXIT_CONFIG, error);
    p->cron = cron_start(&p->services, p->tls, on_store_failure);
    announce(p);
    puts("ready");
    fflush(stdout);
    wait_for_end(p, &signals);
    if (!end_calls(p, false, &error))
        log_warn("end", "%s", error != NULL ? error : "out of memory");
    free(error);
    return atomic_load(&store_failed) ? EXIT_FAILED : EXIT_SUCCESS;
}

static int print_turn_config(const struct conf *conf)
{
    struct arena *arena = arena_new();
    const char *text = ice_coturn_conf(arena, conf);

    if (text != NULL)
        fputs(text, stdout);
    else
        fputs("chatd: turn.urls: no TURN server is set\n", stderr);
    arena_free(arena);
    return text != NULL ? EXIT_SUCCESS : EXIT_CONFIG;
}

static int back_up(const struct conf *conf, const char *path)
{
    struct backup b;
    char *error = NULL;

    umask(077);
    if (!backup_make(conf->data_dir, path, &b, &error))
        return complain(EXIT_FAILED, error);
    printf("%s: the store (%.1f MB, checked) and %lld files (%.1f MB)\n", path,
           (double)b.store_bytes / 1e6, (long long)b.files, (double)b.file_bytes / 1e6);
    return EXIT_SUCCESS;
}

static bool is_command(const struct arguments *a, const char *name)
{
    return a->command != NULL && strcmp(a->command, name) == 0;
}

/* What ends before anything is opened. -1: go on; otherwise the exit status. */
static int run_command(struct process *p, const struct arguments *a)
{
    char *error = NULL;

    if (is_command(a, "routes")) {
        router_each(p->router, print_route, NULL);
        return EXIT_SUCCESS;
    }
    if (!conf_load(a->file, a->sets, a->set_count, &p->conf, &error) ||
        !check_dialects(p->conf, &error))
        return complain(EXIT_CONFIG, error);
    if (a->check_only) {
        puts("the configuration is good");
        return EXIT_SUCCESS;
    }
    if (is_command(a, "trust"))
        return trust_print(p->conf, stdout, &error) ? EXIT_SUCCESS : complain(EXIT_FAILED, error);
    if (is_command(a, "turn-config"))
        return print_turn_config(p->conf);
    if (is_command(a, "setup-link"))
        return setup_link(p->conf, &error) ? EXIT_SUCCESS : complain(EXIT_FAILED, error);
    if (is_command(a, "backup"))
        return back_up(p->conf, a->operand);
    return -1;
}

int main(int argc, char **argv)
{
    struct arguments arguments = { 0 };
    struct process *p = calloc(1, sizeof *p);
    int status = parse_arguments(argc, argv, &arguments);
    const char *unfit;
    char *error = NULL;

    if (p == NULL)
        return complain(EXIT_FAILED, NULL);
    p->router = router_new(dialects, dialect_count, &error);
    if (status < 0 && p->router == NULL)
        status = complain(EXIT_FAILED, error);
    if (status < 0)
        status = run_command(p, &arguments);
    if (status < 0 && (unfit = engine_self_test()) != NULL) {
        fprintf(stderr, "chatd: %s\n", unfit);
        status = EXIT_FAILED;
    }
    if (status < 0)
        status = serve(p);
    stop(p);
    free(p);
    return status;
}
