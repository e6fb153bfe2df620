/* app/http/bind.c: every type of field, from every place, and the words of every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "base/json.h"
#include "base/str.h"
#include "http/bind.h"
#include "http_rig.h"

enum color { RED = 1, GREEN, FIVE = 50 };
static const struct enum_name colors[] = {
    { "red", RED }, { "green", GREEN }, { "5", FIVE }, { NULL, 0 }
};

#define ALL (IN_PATH | IN_BODY | IN_QUERY | IN_HEADER | IN_COOKIE)

struct sample {
    int64_t i;
    double d;
    const char *s;
    const char *t;
    enum flag f;
    int e;
    struct i64_list l;
};

SPEC(sample, F_I64(sample, i, ALL, "num", OPTIONAL, -5, 500),
     F_F64(sample, d, ALL, "real", OPTIONAL, -180, 180.5),
     F_STR(sample, s, ALL, "text", OPTIONAL, 2, 4), F_STR(sample, t, ALL, "note", OPTIONAL, 0, 10),
     F_FLAG_ALIAS(sample, f, ALL, "isOn", "enabled", OPTIONAL),
     F_ENUM(sample, e, ALL, "color", OPTIONAL, colors),
     F_I64S(sample, l, ALL, "ids", OPTIONAL, 1, 3));

struct must_num {
    int64_t i;
};
SPEC(must_num, F_I64(must_num, i, IN_BODY, "num", REQUIRED, 0, ID_MAX));
struct must_text {
    const char *s;
};
SPEC(must_text, F_STR(must_text, s, IN_BODY, "text", REQUIRED, 0, 10));
struct must_list {
    struct i64_list l;
};
SPEC(must_list, F_I64S(must_list, l, IN_BODY, "ids", REQUIRED, 1, 5000));
struct must_flag {
    enum flag f;
};
SPEC(must_flag, F_FLAG(must_flag, f, IN_BODY, "on", REQUIRED));

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* A request in four places; NULL or zero where it says nothing. */
struct given {
    const char *json;
    const char *form;
    const char *query;
    const char *path_name, *path_value;
    const char *header, *header_value;
};

/* The bound struct, or NULL with *faults_r. */
static const void *bind_all(struct arena *a, const struct spec *spec, const struct given *in,
                            struct faults *faults_r)
{
    struct match match = { 0 };
    struct values body = { 0 };
    struct values query = { 0 };
    struct rig g;
    struct sources from = { &match, &body, &query, &g.io };
    cJSON *root = NULL;
    const void *args = NULL;
    enum err e;

    rig_init(&g, "POST", "/x", NULL);
    if (in->json != NULL) {
        root = json_parse(in->json, strlen(in->json), &e);
        assert_non_null(root);
        body.object = root;
    }
    if (in->form != NULL)
        assert_int_equal(form_parse(a, in->form, strlen(in->form), &body), OK);
    assert_int_equal(query_parse(a, in->query, &query), OK);
    if (in->path_name != NULL) {
        match.param_count = 1;
        match.params[0].name = in->path_name;
        match.params[0].name_len = strlen(in->path_name);
        match.params[0].value = in->path_value;
        match.params[0].value_len = strlen(in->path_value);
    }
    if (in->header != NULL)
        rig_say(&g, in->header, in->header_value);
    e = bind_fields(a, spec, &from, &args, faults_r);
    /* What was bound must not point into the tree. */
    cJSON_Delete(root);
    assert_int_equal(e, faults_r->count == 0 ? OK : ERR_BAD_FIELD);
    return e == OK ? args : NULL;
}

/* The same with the first fault's text. */
static const void *bind_as(struct arena *a, const struct spec *spec, const struct given *in,
                           const char **fault_r)
{
    struct faults faults;
    const void *args = bind_all(a, spec, in, &faults);

    *fault_r = faults.count > 0 ? faults.items[0].text : NULL;
    return args;
}

/* The members that are not zero: "num=5 text=ab", or the fault. */
static const char *bound(struct arena *a, struct given in)
{
    static const char *const flags[] = { "absent", "off", "on" };
    struct buf out = buf_new(a);
    const char *fault;
    const struct sample *s = bind_as(a, &sample_spec, &in, &fault);

    if (s == NULL)
        return fault;
    if (s->i != 0)
        buf_printf(&out, " num=%" PRId64, s->i);
    if (s->d != 0)
        buf_printf(&out, " real=%.17g", s->d);
    if (s->s != NULL)
        buf_printf(&out, " text=%s", s->s);
    if (s->t != NULL)
        buf_printf(&out, " note=%s", s->t);
    if (s->f != FLAG_ABSENT)
        buf_printf(&out, " flag=%s", flags[s->f]);
    if (s->e != 0)
        buf_printf(&out, " color=%d", s->e);
    for (size_t i = 0; i < s->l.count; i++)
        buf_printf(&out, " %s%" PRId64, i == 0 ? "ids=" : "", s->l.items[i]);
    return out.len > 0 ? out.data + 1 : "";
}

struct row {
    const char *in;
    const char *want;
};

static void check_rows(struct arena *a, bool is_json, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct given in = { 0 };
        const char *got;

        *(is_json ? &in.json : &in.form) = rows[i].in;
        got = bound(a, in);
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: got '%s', want '%s'", rows[i].in, got, rows[i].want);
    }
}
#define CHECK(is_json, rows) check_rows(*state, is_json, rows, sizeof(rows) / sizeof(rows[0]))

static void test_json(void **state)
{
    static const struct row rows[] = {
        { "{}", "" },
        { "{\"num\":5}", "num=5" },
        { "{\"num\":\"5\"}", "num=5" },
        { "{\"num\":-5}", "num=-5" },
        { "{\"num\":5e2}", "num=500" },
        { "{\"num\":\"\"}", "" },
        { "{\"num\":null}", "" },
        { "{\"num\":-6}", "num: not an integer between -5 and 500" },
        { "{\"num\":501}", "num: not an integer between -5 and 500" },
        { "{\"num\":1.5}", "num: not an integer between -5 and 500" },
        { "{\"num\":1e999}", "num: not an integer between -5 and 500" },
        { "{\"num\":9223372036854775808}", "num: not an integer between -5 and 500" },
        { "{\"num\":true}", "num: not an integer between -5 and 500" },
        { "{\"num\":[5]}", "num: not an integer between -5 and 500" },
        { "{\"num\":{}}", "num: not an integer between -5 and 500" },
        { "{\"num\":\"5x\"}", "num: not an integer between -5 and 500" },
        { "{\"num\":\" 5\"}", "num: not an integer between -5 and 500" },
        { "{\"real\":1.25}", "real=1.25" },
        { "{\"real\":0.1}", "real=0.10000000000000001" },
        { "{\"real\":\"-1.25e1\"}", "real=-12.5" },
        { "{\"real\":180}", "real=180" },
        { "{\"real\":181}", "real: not a number between -180 and 180.5" },
        { "{\"real\":\"nan\"}", "real: not a number between -180 and 180.5" },
        { "{\"real\":1e999}", "real: not a number between -180 and 180.5" },
        { "{\"real\":[]}", "real: not a number between -180 and 180.5" },
        { "{\"text\":\"abc\"}", "text=abc" },
        { "{\"text\":\"\"}", "" },
        { "{\"text\":\"a\"}", "text: must have 2 to 4 characters" },
        { "{\"text\":\"abcde\"}", "text: must have 2 to 4 characters" },
        { "{\"text\":\"\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97\xef\xbc\x9f\"}",
          "text=\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97\xef\xbc\x9f" },
        { "{\"text\":1234}", "text=1234" },
        { "{\"text\":true}", "text=true" },
        { "{\"text\":1.5}", "text: not a text" },
        { "{\"text\":1e300}", "text: not a text" },
        { "{\"text\":[\"ab\"]}", "text: not a text" },
        { "{\"text\":{\"a\":\"ab\"}}", "text: not a text" },
        { "{\"note\":123456}", "note=123456" },
        { "{\"note\":\"\"}", "note=" },
        { "{\"note\":null}", "" },
        { "{\"isOn\":true}", "flag=on" },
        { "{\"isOn\":false}", "flag=off" },
        { "{\"isOn\":1}", "flag=on" },
        { "{\"isOn\":0}", "flag=off" },
        { "{\"isOn\":\"T\"}", "flag=on" },
        { "{\"isOn\":\"False\"}", "flag=off" },
        { "{\"isOn\":2}", "isOn: not true or false" },
        { "{\"isOn\":\"yes\"}", "isOn: not true or false" },
        { "{\"isOn\":[]}", "isOn: not true or false" },
        { "{\"color\":\"green\"}", "color=2" },
        { "{\"color\":5}", "color=50" },
        { "{\"color\":\"Green\"}", "color: not one of red, green, 5" },
        { "{\"color\":[]}", "color: not one of red, green, 5" },
        { "{\"color\":\"\"}", "" },
        { "{\"ids\":[1,\"2\",3]}", "ids=1 2 3" },
        { "{\"ids\":\"1,2\"}", "ids=1 2" },
        { "{\"ids\":7}", "ids=7" },
        { "{\"ids\":[]}", "" },
        { "{\"ids\":\"\"}", "" },
        { "{\"ids\":[1,2,3,4]}", "ids: must have 1 to 3 elements" },
        { "{\"ids\":[1,null]}", "ids: not a list of ids" },
        { "{\"ids\":[[1]]}", "ids: not a list of ids" },
        { "{\"ids\":[true]}", "ids: not a list of ids" },
        { "{\"ids\":[1.5]}", "ids: not a list of ids" },
        { "{\"ids\":[0]}", "ids: not a list of ids" },
        { "{\"ids\":[-1]}", "ids: not a list of ids" },
        { "{\"ids\":[1000000000000000]}", "ids: not a list of ids" },
        { "{\"ids\":{\"0\":1}}", "ids: not a list of ids" },
    };

    CHECK(true, rows);
}

static void test_form(void **state)
{
    static const struct row rows[] = {
        { "num=5&real=1.5&text=ab&note=&isOn=1&color=red&ids=9",
          "num=5 real=1.5 text=ab note= flag=on color=1 ids=9" },
        { "num=&real=&text=&isOn=&color=&ids=", "" },
        { "num=5&num=6", "num=5" },
        { "num=%205", "num: not an integer between -5 and 500" },
        { "num=0x5", "num: not an integer between -5 and 500" },
        { "real=0x5", "real: not a number between -180 and 180.5" },
        { "ids=1&ids=2", "ids=1 2" },
        { "ids[]=1&ids[]=2", "ids=1 2" },
        { "ids=1&ids[]=2&ids=3,", "ids=1 2 3" },
        { "ids=&ids=2", "ids=2" },
        { "ids=1,2,3,4", "ids: must have 1 to 3 elements" },
        { "ids=1;2", "ids: not a list of ids" },
        { "ids=1%202", "ids: not a list of ids" },
        { "ids=11111111111111111111111111111111111111111", "ids: not a list of ids" },
        { "num[]=5", "" },
    };

    CHECK(false, rows);
}

static void test_names(void **state)
{
    static const struct row json[] = {
        { "{\"NUM\":5}", "num=5" },
        { "{\"NUM\":5,\"num\":6}", "num=6" },
        { "{\"num\":6,\"NUM\":5}", "num=6" },
        { "{\"Num\":5,\"NUM\":6}", "num=5" },
        { "{\"enabled\":true}", "flag=on" },
        { "{\"enabled\":true,\"isOn\":false}", "flag=off" },
        { "{\"ison\":false,\"enabled\":true}", "flag=on" },
        { "{\"ENABLED\":true,\"ison\":false}", "flag=off" },
        { "{\"nu\":5,\"numm\":6,\"\":7}", "" },
    };
    static const struct row form[] = {
        { "NUM=5", "num=5" },           { "NUM=5&num=6", "num=6" }, { "IDS[]=5&ids=6", "ids=6" },
        { "Ids=5&IDS[]=6", "ids=5 6" }, { "Enabled=1", "flag=on" },
    };

    CHECK(true, json);
    CHECK(false, form);
}

static void test_places(void **state)
{
    struct arena *a = *state;

    assert_string_equal(bound(a, (struct given){ .query = "num=5" }), "num=5");
    assert_string_equal(bound(a, (struct given){ .query = "request[num]=5&request.text=ab" }),
                        "num=5 text=ab");
    assert_string_equal(bound(a, (struct given){ .json = "{\"num\":6}", .query = "num=5" }),
                        "num=6");
    assert_string_equal(bound(a, (struct given){ .form = "num=6", .query = "num=5" }), "num=6");
    /* a body that says nothing leaves the query's word standing */
    assert_string_equal(bound(a, (struct given){ .json = "{\"num\":null}", .query = "num=5" }),
                        "num=5");
    assert_string_equal(bound(a, (struct given){ .form = "num=", .query = "num=5" }), "num=5");
    assert_string_equal(bound(a, (struct given){ .form = "num=x", .query = "num=5" }),
                        "num: not an integer between -5 and 500");
    assert_string_equal(
        bound(a, (struct given){ .form = "num=6", .path_name = "num", .path_value = "7" }),
        "num=7");
    assert_string_equal(bound(a, (struct given){ .path_name = "ids", .path_value = "7,8" }),
                        "ids=7 8");
    assert_string_equal(bound(a, (struct given){ .header = "NUM", .header_value = "8" }), "num=8");
    assert_string_equal(bound(a, (struct given){ .header = "Enabled", .header_value = "1" }),
                        "flag=on");
    assert_string_equal(bound(a, (struct given){ .header = "text", .header_value = "a\xff" }),
                        "text: not UTF-8");
    assert_string_equal(
        bound(a, (struct given){ .header = "Cookie", .header_value = "x=1; num=9;note=a=b" }),
        "num=9 note=a=b");
    assert_string_equal(
        bound(a, (struct given){ .header = "Cookie", .header_value = "xnum=9; ;num" }), "");
    assert_string_equal(
        bound(a, (struct given){ .query = "num=1", .header = "num", .header_value = "2" }),
        "num=1");
}

struct query_only {
    int64_t i;
};
SPEC(query_only, F_I64(query_only, i, IN_QUERY, "num", OPTIONAL, 0, 9));

static void test_only_the_declared_places(void **state)
{
    const struct given in = {
        .form = "num=5", .path_name = "num", .path_value = "6", .header = "num", .header_value = "7"
    };
    const char *fault;
    const struct query_only *q = bind_as(*state, &query_only_spec, &in, &fault);

    assert_non_null(q);
    assert_int_equal(q->i, 0);
}

static void test_required(void **state)
{
    static const struct {
        const struct spec *spec;
        const char *json;
        const char *fault; /* NULL: bound */
    } rows[] = {
        { &must_num_spec, "{}", "num: required" },
        { &must_num_spec, "{\"num\":null}", "num: required" },
        { &must_num_spec, "{\"num\":\"\"}", "num: required" },
        { &must_num_spec, "{\"num\":0}", NULL },
        { &must_num_spec, "{\"num\":999999999999999}", NULL },
        { &must_num_spec, "{\"num\":1000000000000000}",
          "num: not an integer between 0 and 999999999999999" },
        { &must_text_spec, "{}", "text: required" },
        { &must_text_spec, "{\"text\":\"\"}", "text: required" },
        { &must_text_spec, "{\"text\":\" \"}", NULL },
        { &must_list_spec, "{}", "ids: required" },
        { &must_list_spec, "{\"ids\":[]}", "ids: required" },
        { &must_list_spec, "{\"ids\":[\"\"]}", "ids: required" },
        { &must_list_spec, "{\"ids\":[1]}", NULL },
        { &must_flag_spec, "{}", "on: required" },
        { &must_flag_spec, "{\"on\":false}", NULL },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct given in = { .json = rows[i].json };
        const char *fault;
        const void *args = bind_as(*state, rows[i].spec, &in, &fault);

        if (rows[i].fault == NULL) {
            assert_non_null(args);
        } else {
            assert_null(args);
            assert_string_equal(fault, rows[i].fault);
        }
    }
}

struct several {
    int64_t i;
    const char *s, *blank;
    struct i64_list l;
};
SPEC(several,
     F_I64(several, i, IN_BODY, "num", REQUIRED, 1, 9, SAYS("no number", "not a digit")),
     F_STR(several, s, IN_BODY, "text", REQUIRED, 2, 3),
     F_STR(several, blank, IN_BODY, "name", NOT_BLANK, 1, 3, SAYS("nameless", "too long")),
     F_I64S(several, l, IN_BODY, "ids", REQUIRED, 0, 2, SAYS("listless", NULL)));

/* Every field that is wrong is told, in the order of the rows, with what its row says of it. */
static void test_all_faults(void **state)
{
    static const struct {
        const char *json;
        const char *faults; /* "name!" is missing, "name?" is wrong */
    } rows[] = {
        { "{}", "num! text! name! ids! " },
        { "{\"num\":1,\"text\":\"ab\",\"name\":\"x\",\"ids\":[]}", "" },
        { "{\"num\":0,\"text\":\"a\",\"name\":\"abcd\",\"ids\":[1,2,3]}",
          "num? text? name? ids? " },
        { "{\"num\":\"x\",\"text\":\"  \",\"name\":\" \\t\",\"ids\":7}", "num? name! " },
        { "{\"num\":9,\"text\":\"\",\"name\":\" a\",\"ids\":null}", "text! ids! " },
        { "{\"num\":null,\"text\":[],\"name\":{},\"ids\":{}}", "num! text? name? ids? " },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct given in = { .json = rows[i].json };
        struct buf said = buf_new(*state);
        struct faults faults;
        const void *args = bind_all(*state, &several_spec, &in, &faults);

        buf_str(&said, "");
        for (size_t k = 0; k < faults.count; k++)
            buf_printf(&said, "%s%c ", faults.items[k].field->name,
                       faults.items[k].is_missing ? '!' : '?');
        assert_string_equal(str_or_empty(said.data), rows[i].faults);
        assert_int_equal(args == NULL, rows[i].faults[0] != '\0');
    }
    assert_string_equal(several_fields[0].missing_text, "no number");
    assert_string_equal(several_fields[0].wrong_text, "not a digit");
    assert_null(several_fields[1].missing_text);
}

static void test_long_list(void **state)
{
    struct buf json = buf_new(*state);
    const struct must_list *m;
    struct given in;
    const char *fault;

    buf_str(&json, "{\"ids\":[");
    for (int i = 1; i < JSON_NODES_MAX - 1; i++)
        buf_printf(&json, "%s%d", i == 1 ? "" : ",", i);
    buf_str(&json, "]}");
    in = (struct given){ .json = json.data };
    m = bind_as(*state, &must_list_spec, &in, &fault);
    assert_non_null(m);
    assert_int_equal(m->l.count, JSON_NODES_MAX - 2);
    for (size_t i = 0; i < m->l.count; i++)
        assert_int_equal(m->l.items[i], i + 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_json),       T(test_form),      T(test_names),
        T(test_places),     T(test_required),  T(test_only_the_declared_places),
        T(test_all_faults), T(test_long_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
