#include "measure/top_values.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { ROOT = 0, NOBODY = 0 };  /* the root is nobody's child */
#define NEGLIGIBLE_ENTROPY 1e-4 /* nats */

/* Nodes read in one go: further ones that may soon be wanted, being not much less urgent than the
 * one that is. Reading costs the fetching of all weights, hardly more for several. So the
 * continuation comes along, filled up to the nodes' length or they to its, up to a number of tokens
 * of all together. */
enum { BATCH = 16, COMPANY_TOKENS = 16 };
static const double urgent_share = 0.1;

/* A beginning of values, or a whole value. */
struct node {
    size_t parent;          /* node */
    size_t part, depth;     /* part of the value it ends in, and tokens of that part's entry */
    uint32_t entry;         /* one of the entries of the part's pool that go on like this */
    int32_t token;          /* the last token; a whole value has none of its own */
    size_t tokens;          /* from the root to here */
    double values;          /* how many values begin so */
    double log_probability; /* of all tokens from the root to here */
    double weight;          /* share among its parent's children, not normalised */
    bool is_value, taken, expanded;
};

struct tree {
    const struct vocabulary *vocabulary;
    const struct attribute *attribute;
    struct decoder *decoder;
    size_t length; /* tokens the decoder has read */
    size_t vocab;
    const real *next;                  /* [vocab] behind these */
    struct continuation *continuation; /* or null */
    real *scratch;                     /* [BATCH + 1][vocab] */
    size_t *child;     /* [vocab] the child being made that has the token, or NOBODY */
    int32_t *path;     /* what is read in one go */
    struct node *node; /* [nodes] children behind their parents */
    size_t nodes, room;
    size_t reads; /* that were asked for, not those made beside them */
    size_t most_reads;
};

static const struct tokens *entry_of(const struct tree *tree, size_t part, size_t entry)
{
    return &tree->vocabulary->entry[tree->attribute->part[part]][entry];
}

static size_t entries_of(const struct tree *tree, size_t part)
{
    return tree->vocabulary->facts->pool[tree->attribute->part[part]].count;
}

/* Ways to go on behind a part. */
static double values_behind(const struct tree *tree, size_t part)
{
    double values = 1;
    for (size_t p = part + 1; p < tree->attribute->parts; p++)
        values *= (double)entries_of(tree, p);
    return values;
}

static size_t longest_value(const struct tree *tree)
{
    size_t tokens = 0;
    for (size_t p = 0; p < tree->attribute->parts; p++) {
        size_t longest = 0;
        for (size_t e = 0; e < entries_of(tree, p); e++)
            longest = longest < entry_of(tree, p, e)->count ? entry_of(tree, p, e)->count : longest;
        tokens += longest;
    }
    return tokens;
}

static bool add_node(struct tree *tree, const struct node *node, struct error *err)
{
    if (tree->nodes == tree->room) {
        size_t room = tree->room ? 2 * tree->room : 256;
        struct node *grown = memory_resize(tree->node, room, sizeof *grown, err);
        if (!grown)
            return false;
        tree->node = grown;
        tree->room = room;
    }
    tree->node[tree->nodes++] = *node;
    return true;
}

/* The tokens from the root to a node. */
static void find_path(const struct tree *tree, size_t node, int32_t *path)
{
    for (size_t n = node; n != ROOT; n = tree->node[n].parent)
        if (!tree->node[n].is_value)
            path[tree->node[n].tokens - 1] = tree->node[n].token;
}

/* Whether the continuation can be read together with `branches` beginnings of some tokens. */
static bool comes_along(const struct tree *tree, size_t branches, size_t tokens)
{
    const struct continuation *continuation = tree->continuation;
    if (!continuation || continuation->ended)
        return false;
    size_t longest = continuation->tokens > tokens ? continuation->tokens : tokens;
    size_t most = continuation->tokens == tokens ? DECODER_MOST_BRANCH_TOKENS : COMPANY_TOKENS;
    return (branches + 1) * longest <= most;
}

/* Fills scratch with the log probabilities behind each of the nodes, which have equally many
 * tokens. */
static bool read_nodes(struct tree *tree, const size_t *node, size_t count, struct error *err)
{
    size_t tokens = tree->node[node[0]].tokens, row = tokens, length[BATCH + 1];
    bool also = comes_along(tree, count, tokens), read;
    if (also && tree->continuation->tokens > row)
        row = tree->continuation->tokens;
    memset(tree->path, 0, (count + also) * row * sizeof *tree->path);
    for (size_t i = 0; i < count; i++) {
        find_path(tree, node[i], tree->path + i * row);
        length[i] = tokens;
    }
    if (also) {
        length[count] = tree->continuation->tokens;
        memcpy(tree->path + count * row, tree->continuation->token,
               length[count] * sizeof *tree->path);
    }
    if (count + also > 1) {
        read = decoder_branch(tree->decoder, tree->path, count + also, row, length, tree->scratch,
                              err);
    } else {
        read = decoder_read(tree->decoder, tree->path, tokens, 1, tree->scratch, err);
        decoder_rewind(tree->decoder, tree->length);
    }
    if (read && also)
        continuation_take(tree->continuation, tree->scratch + count * tree->vocab);
    return read;
}

/* Whether an entry of the node's part begins with the node's tokens of that part. */
static bool goes_on(const struct tree *tree, const struct node *node, size_t entry)
{
    const struct tokens *begun = entry_of(tree, node->part, node->entry);
    const struct tokens *other = entry_of(tree, node->part, entry);
    if (other->count < node->depth)
        return false;
    for (size_t i = 0; i < node->depth; i++)
        if (other->token[i] != begun->token[i])
            return false;
    return true;
}

/* What follows a node: whether an entry ends here, and whether one goes on. */
struct follow {
    bool ends, continues;
};

static struct follow what_follows(const struct tree *tree, const struct node *node)
{
    struct follow follow = {false, false};
    for (size_t e = 0; e < entries_of(tree, node->part); e++)
        if (goes_on(tree, node, e)) {
            bool ends = entry_of(tree, node->part, e)->count == node->depth;
            follow.ends |= ends;
            follow.continues |= !ends;
        }
    return follow;
}

/* Adds children for the next tokens of the entries that go on like `from`, which names a part and
 * a depth in it. Returns false where memory ran out. */
static bool add_tokens(struct tree *tree, size_t parent, const struct node *from, const real *next,
                       struct error *err)
{
    size_t first = tree->nodes;
    double values = values_behind(tree, from->part);
    bool added = true;
    for (size_t e = 0; added && e < entries_of(tree, from->part); e++) {
        const struct tokens *entry = entry_of(tree, from->part, e);
        if (!goes_on(tree, from, e) || entry->count == from->depth)
            continue;
        int32_t token = entry->token[from->depth];
        if (tree->child[token] != NOBODY) {
            tree->node[tree->child[token]].values += values;
            continue;
        }
        struct node node = {
            .parent = parent,
            .part = from->part,
            .depth = from->depth + 1,
            .entry = (uint32_t)e,
            .token = token,
            .tokens = tree->node[parent].tokens + 1,
            .values = values,
            .log_probability = tree->node[parent].log_probability + (double)next[token],
            .weight = exp((double)next[token]),
        };
        tree->child[token] = tree->nodes;
        added = add_node(tree, &node, err);
    }
    for (size_t n = first; n < tree->nodes; n++)
        tree->child[tree->node[n].token] = NOBODY;
    return added;
}

/* Adds the whole value that ends at a node. What is left of the probability when other values go
 * on with further tokens is its share. */
static bool add_value(struct tree *tree, size_t parent, size_t first, struct error *err)
{
    struct node value = tree->node[parent];
    value.parent = parent;
    value.values = 1;
    value.is_value = true;
    value.weight = 1;
    value.taken = value.expanded = false;
    for (size_t n = first; n < tree->nodes; n++)
        value.weight -= tree->node[n].weight;
    value.weight = fmax(value.weight, 0);
    value.log_probability += log(value.weight);
    return add_node(tree, &value, err);
}

static bool is_last_part(const struct tree *tree, const struct node *node)
{
    return node->part + 1 == tree->attribute->parts;
}

/* Whether the model has to be asked what comes behind a node. */
static bool needs_reading(const struct tree *tree, const struct node *node)
{
    return !is_last_part(tree, node) || what_follows(tree, node).continues;
}

/* Adds all children of a node; next[vocab] is what the model says behind it, where it has to be
 * asked. */
static bool expand(struct tree *tree, size_t node, const real *next, struct error *err)
{
    struct node from = tree->node[node];
    struct follow follow = what_follows(tree, &from);
    bool is_last = is_last_part(tree, &from);
    size_t first = tree->nodes;
    tree->node[node].expanded = true;
    if (follow.continues || !is_last) {
        if (!add_tokens(tree, node, &from, next, err))
            return false;
        struct node part = {.part = from.part + 1};
        if (follow.ends && !is_last && !add_tokens(tree, node, &part, next, err))
            return false;
    }
    return !follow.ends || !is_last || add_value(tree, node, first, err);
}

/* How much it matters to look behind a node. */
typedef double (*urgency_function)(const struct node *node);

/* The node and others that are read with it, `most` at most. */
static size_t gather(const struct tree *tree, size_t node, size_t most, urgency_function urgency,
                     size_t batch[BATCH])
{
    const struct node *wanted = &tree->node[node];
    double least = urgent_share * urgency(wanted);
    size_t room = DECODER_MOST_BRANCH_TOKENS / wanted->tokens;
    size_t count = 1;
    most = most < room ? most : room;
    batch[0] = node;
    while (count < most && count < BATCH) {
        size_t best = node;
        for (size_t n = 0; n < tree->nodes; n++) {
            const struct node *other = &tree->node[n];
            bool chosen = other->expanded || other->is_value || other->tokens != wanted->tokens;
            for (size_t i = 0; !chosen && i < count; i++)
                chosen = batch[i] == n;
            if (!chosen && urgency(other) >= least &&
                (best == node || urgency(other) > urgency(&tree->node[best])) &&
                needs_reading(tree, other))
                best = n;
        }
        if (best == node)
            break;
        batch[count++] = best;
    }
    return count;
}

/* Expands a node, and with it others that are urgent: `most` at most. Returns how many, 0 with the
 * error set. */
static size_t look_behind(struct tree *tree, size_t node, size_t most, urgency_function urgency,
                          struct error *err)
{
    size_t batch[BATCH];
    if (node == ROOT || !needs_reading(tree, &tree->node[node]))
        return expand(tree, node, tree->next, err);
    size_t count = gather(tree, node, most, urgency, batch);
    if (!read_nodes(tree, batch, count, err))
        return 0;
    for (size_t i = 0; i < count; i++)
        if (!expand(tree, batch[i], tree->scratch + i * tree->vocab, err))
            return 0;
    return count;
}

/* Whether a node is to be looked at before another. With hurry a whole value comes first, and then
 * what is nearest to one. */
static bool comes_before(const struct node *a, const struct node *b, bool hurry)
{
    if (hurry && a->is_value != b->is_value)
        return a->is_value;
    if (hurry && a->tokens != b->tokens)
        return a->tokens > b->tokens;
    if (a->log_probability > b->log_probability || a->log_probability < b->log_probability)
        return a->log_probability > b->log_probability;
    return a->is_value && !b->is_value;
}

/* The next node to look at, or tree->nodes. */
static size_t best_node(const struct tree *tree, bool hurry)
{
    size_t best = tree->nodes;
    for (size_t n = 0; n < tree->nodes; n++)
        if (!tree->node[n].taken &&
            (best == tree->nodes || comes_before(&tree->node[n], &tree->node[best], hurry)))
            best = n;
    return best;
}

/* Adds a value to the guesses, in order. */
static bool add_guess(struct top_values *top_values, const struct tree *tree, size_t value,
                      struct error *err)
{
    const struct node *node = &tree->node[value];
    struct guess guess = {
        .token = memory_new(node->tokens, sizeof *guess.token, err),
        .tokens = node->tokens,
        .probability = exp(node->log_probability),
    };
    if (!guess.token)
        return false;
    find_path(tree, value, guess.token);
    size_t place = top_values->guesses++;
    for (; place > 0 && top_values->guess[place - 1].probability < guess.probability; place--)
        top_values->guess[place] = top_values->guess[place - 1];
    top_values->guess[place] = guess;
    return true;
}

static double probability(const struct node *node)
{
    return exp(node->log_probability);
}

static bool find_guesses(struct top_values *top_values, struct tree *tree, struct error *err)
{
    top_values->exact = true;
    while (top_values->guesses < TOP_VALUES_GUESSES) {
        bool hurry = tree->reads >= tree->most_reads;
        size_t best = best_node(tree, hurry);
        if (best == tree->nodes)
            return true;
        top_values->exact &= !hurry || best == best_node(tree, false);
        struct node *node = &tree->node[best];
        node->taken = true;
        tree->reads += !node->is_value && best != ROOT && needs_reading(tree, node);
        size_t most = hurry ? TOP_VALUES_GUESSES - top_values->guesses
                            : tree->most_reads - tree->reads + 1; /* this one is counted */
        bool done = node->is_value
                        ? add_guess(top_values, tree, best, err)
                        : node->expanded || look_behind(tree, best, most, probability, err) > 0;
        if (!done)
            return false;
    }
    return true;
}

/* How much the entropy can be wrong by for not having looked behind a node. */
static double doubt(const struct node *node)
{
    return node->expanded || node->is_value ? 0 : probability(node) * log(node->values);
}

/* The probability that any value of the attribute comes next. */
static double total_probability(const struct tree *tree)
{
    double total = 0;
    for (size_t n = ROOT + 1; n < tree->nodes; n++)
        total += tree->node[n].parent == ROOT ? tree->node[n].weight : 0;
    return total;
}

/* The continuation goes on with the likeliest value. */
static void lead_continuation(const struct tree *tree, const struct top_values *top_values)
{
    const struct guess *first = &top_values->guess[0];
    if (tree->continuation && top_values->guesses > 0)
        continuation_follow(tree->continuation, first->token, first->tokens);
}

/* Looks behind the nodes that matter most to the entropy. */
static bool read_doubtful(struct tree *tree, struct error *err)
{
    double negligible = NEGLIGIBLE_ENTROPY * total_probability(tree);
    size_t most = tree->most_reads * TOP_VALUES_ENTROPY_READS / TOP_VALUES_READS;
    for (size_t reads = 0; reads < most;) {
        size_t worst = ROOT;
        for (size_t n = 0; n < tree->nodes; n++)
            worst = doubt(&tree->node[n]) > doubt(&tree->node[worst]) ? n : worst;
        if (doubt(&tree->node[worst]) <= negligible)
            return true;
        size_t read = look_behind(tree, worst, most - reads, doubt, err);
        if (read == 0)
            return false;
        reads += read;
    }
    return true;
}

/* With w the weights of a node's children, W their sum and H their entropies, a node's own is
 * ln W - (sum w ln w) / W + (sum w H) / W. */
static bool find_entropy(struct top_values *top_values, const struct tree *tree, struct error *err)
{
    struct sums {
        double weight, terms;
    } *sums = memory_new(tree->nodes, sizeof *sums, err);
    if (!sums)
        return false;
    for (size_t n = tree->nodes; n-- > 0;) {
        const struct node *node = &tree->node[n];
        double entropy = log(node->values);
        if (sums[n].weight > 0)
            entropy = log(sums[n].weight) + sums[n].terms / sums[n].weight;
        if (n == ROOT)
            top_values->entropy = entropy;
        else if (node->weight > 0) {
            sums[node->parent].weight += node->weight;
            sums[node->parent].terms += node->weight * (entropy - log(node->weight));
        }
    }
    memory_free(sums);
    return true;
}

bool top_values_find(struct top_values *top_values, const struct vocabulary *vocabulary,
                     size_t attribute, struct decoder *decoder, const real *next,
                     struct continuation *continuation, struct error *err)
{
    size_t vocab = decoder_options(decoder)->vocab;
    *top_values = (struct top_values){0};
    struct tree tree = {
        .vocabulary = vocabulary,
        .attribute = &vocabulary->facts->attribute[attribute],
        .decoder = decoder,
        .length = decoder_length(decoder),
        .vocab = vocab,
        .next = next,
        .continuation = continuation,
        .most_reads =
            decoder_affordable(decoder, TOP_VALUES_WORK, TOP_VALUES_LEAST_READS, TOP_VALUES_READS),
    };
    struct node root = {0};
    root.values = (double)entries_of(&tree, 0) * values_behind(&tree, 0);
    bool found = (tree.scratch = memory_new(vocab, (BATCH + 1) * sizeof *tree.scratch, err)) &&
                 (tree.child = memory_new(vocab, sizeof *tree.child, err)) &&
                 (tree.path = memory_new(DECODER_MOST_BRANCH_TOKENS + longest_value(&tree),
                                         sizeof *tree.path, err)) &&
                 add_node(&tree, &root, err) && find_guesses(top_values, &tree, err);
    if (found)
        lead_continuation(&tree, top_values);
    found = found && read_doubtful(&tree, err) && find_entropy(top_values, &tree, err);
    decoder_rewind(decoder, tree.length);
    memory_free(tree.scratch);
    memory_free(tree.child);
    memory_free(tree.path);
    memory_free(tree.node);
    if (!found)
        top_values_free(top_values);
    return found;
}

bool top_values_go_on(const struct vocabulary *vocabulary, size_t attribute, uint32_t entry,
                      bool *goes_on)
{
    const struct attribute *asked = &vocabulary->facts->attribute[attribute];
    size_t pool = asked->part[asked->parts - 1];
    const struct tokens *ended = &vocabulary->entry[pool][entry];
    bool any = false;
    for (size_t e = 0; e < vocabulary->facts->pool[pool].count; e++) {
        const struct tokens *other = &vocabulary->entry[pool][e];
        if (other->count <= ended->count ||
            memcmp(other->token, ended->token, ended->count * sizeof *ended->token) != 0)
            continue;
        goes_on[other->token[ended->count]] = true;
        any = true;
    }
    return any;
}

void top_values_free(struct top_values *top_values)
{
    for (size_t i = 0; i < top_values->guesses; i++)
        memory_free(top_values->guess[i].token);
    *top_values = (struct top_values){0};
}
