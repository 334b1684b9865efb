/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ordered_search.h - what learned_index.c is measured against: other ways to find a key among sorted ones, in plain C.
 *
 * Each gives the lower bound: how many keys are less than the one that is looked for. Memory counts what a search needs
 * besides the n sorted keys, 8 bytes each.
 */
#ifndef TENON_ORDERED_SEARCH_H
#define TENON_ORDERED_SEARCH_H

#include "example.h"

static inline void *search_memory(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!p) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return p;
}

/* ---- binary search ---- */

static inline int compare_keys(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Asks for all of a node at once, so that its cache lines come together. */
static inline void search_prefetch(const void *node, size_t bytes) {
#if defined __GNUC__
  for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch((const char *)node + at);
#else
  (void)node, (void)bytes;
#endif
}

/* libc's: of equal keys any, and nothing of where an absent one would be. */
static inline int64_t search_libc(const uint64_t *keys, int64_t n, uint64_t key) {
  const uint64_t *at = bsearch(&key, keys, (size_t)n, sizeof *keys, compare_keys);
  return at ? at - keys : -1;
}

/* The step is added or not by a conditional move. */
static inline int64_t search_branchless(const uint64_t *keys, int64_t n, uint64_t key) {
  const uint64_t *base = keys;
  while (n > 1) {
    const int64_t half = n / 2;
    base += (base[half - 1] < key) * half;
    n -= half;
  }
  return base - keys + (n == 1 && *base < key);
}

/* ---- a B+-tree as databases have it: nodes of 512 bytes with pointers, loaded in order and full ---- */

/* A leaf: keys, each with its position. An inner node: of each child but the last the greatest key. */
enum { TREE_KEYS = 31 };
typedef struct tree_node {
  int64_t count; /* of keys */
  uint64_t keys[TREE_KEYS];
  union {
    int64_t positions[TREE_KEYS];
    const struct tree_node *children[TREE_KEYS + 1];
  } of;
} tree_node;
_Static_assert(sizeof(tree_node) == 512, "eight cache lines");

typedef struct tree {
  tree_node *nodes;
  const tree_node *root;
  int64_t n;
  int height; /* inner levels */
  size_t bytes;
} tree;

static inline tree tree_load(const uint64_t *keys, int64_t n) {
  int64_t total = 0, width = (n + TREE_KEYS - 1) / TREE_KEYS;
  for (int64_t level = width;; level = (level + TREE_KEYS) / (TREE_KEYS + 1)) {
    total += level;
    if (level == 1) break;
  }
  tree t = {.nodes = search_memory((size_t)total * sizeof(tree_node)), .n = n, .bytes = (size_t)total * sizeof(tree_node)};
  uint64_t *greatest = search_memory((size_t)width * sizeof *greatest); /* of each node of the level */
  for (int64_t i = 0; i < width; i++) {
    tree_node *leaf = &t.nodes[i];
    const int64_t first = i * TREE_KEYS;
    leaf->count = n - first < TREE_KEYS ? n - first : TREE_KEYS;
    for (int64_t j = 0; j < leaf->count; j++) leaf->keys[j] = keys[first + j], leaf->of.positions[j] = first + j;
    greatest[i] = leaf->keys[leaf->count - 1];
  }
  tree_node *below = t.nodes, *level = t.nodes + width;
  while (width > 1) {
    const int64_t wider = (width + TREE_KEYS) / (TREE_KEYS + 1);
    for (int64_t i = 0; i < wider; i++) {
      const int64_t first = i * (TREE_KEYS + 1), children = width - first < TREE_KEYS + 1 ? width - first : TREE_KEYS + 1;
      level[i].count = children - 1;
      for (int64_t j = 0; j < children; j++) {
        level[i].of.children[j] = &below[first + j];
        if (j + 1 < children) level[i].keys[j] = greatest[first + j];
      }
      greatest[i] = greatest[first + children - 1];
    }
    below = level;
    level += wider;
    width = wider;
    t.height++;
  }
  t.root = below;
  free(greatest);
  return t;
}

static inline int64_t tree_search(const tree *t, uint64_t key) {
  const tree_node *node = t->root;
  for (int i = 0; i < t->height; i++) {
    const tree_node *const *children = node->of.children;
    search_prefetch(node, sizeof *node);
    node = children[search_branchless(node->keys, node->count, key)];
  }
  search_prefetch(node, sizeof *node);
  const int64_t place = search_branchless(node->keys, node->count, key);
  if (place < node->count) return node->of.positions[place];
  return node->of.positions[node->count - 1] + 1; /* greater than all */
}

/* ---- a B+-tree that only reads: its leaves are the sorted keys themselves, in blocks of 256 bytes, and which node is whose
 * child follows from its number, so that inner nodes are keys and nothing else ---- */

enum { BLOCK_KEYS = 32, BLOCK_LEVELS = 13 };
typedef struct blocks {
  const uint64_t *keys;
  int64_t n;
  int levels;
  uint64_t *level[BLOCK_LEVELS]; /* 0: the greatest key of each block of keys; above: of each node below. Padded to whole nodes */
  int64_t width[BLOCK_LEVELS];
  size_t bytes;
} blocks;

static inline blocks blocks_load(const uint64_t *keys, int64_t n) {
  blocks b = {.keys = keys, .n = n};
  const uint64_t *below = keys;
  for (int64_t width = n; width > BLOCK_KEYS; b.levels++) {
    const int64_t wider = (width + BLOCK_KEYS - 1) / BLOCK_KEYS, padded = (wider + BLOCK_KEYS - 1) / BLOCK_KEYS * BLOCK_KEYS;
    uint64_t *level = b.level[b.levels] = search_memory((size_t)padded * sizeof *level);
    for (int64_t i = 0; i < padded; i++) {
      const int64_t last = (i + 1) * BLOCK_KEYS < width ? (i + 1) * BLOCK_KEYS : width;
      level[i] = i < wider ? below[last - 1] : UINT64_MAX;
    }
    b.bytes += (size_t)padded * sizeof *level;
    b.width[b.levels] = wider;
    below = level;
    width = wider;
  }
  return b;
}

/* Which child: as many as have only lesser keys, but one that there is. */
static inline int64_t blocks_down(const blocks *b, int level, int64_t node, uint64_t key) {
  const uint64_t *keys = b->level[level] + node * BLOCK_KEYS;
  int64_t child = 0;
  search_prefetch(keys, BLOCK_KEYS * sizeof *keys);
  for (int64_t half = BLOCK_KEYS / 2; half; half /= 2) child += (keys[child + half - 1] < key) * half;
  child += node * BLOCK_KEYS;
  return child < b->width[level] ? child : b->width[level] - 1;
}
static inline int64_t blocks_leaf(const blocks *b, int64_t block, uint64_t key) {
  const int64_t first = block * BLOCK_KEYS, left = b->n - first;
  search_prefetch(b->keys + first, BLOCK_KEYS * sizeof *b->keys);
  return first + search_branchless(b->keys + first, left < BLOCK_KEYS ? left : BLOCK_KEYS, key);
}
static inline int64_t blocks_search(const blocks *b, uint64_t key) {
  int64_t node = 0;
  for (int level = b->levels; level--;) node = blocks_down(b, level, node, key);
  return blocks_leaf(b, node, key);
}

/* Many keys level by level, so that one's cache misses do not wait for another's. */
static inline void blocks_search_many(const blocks *b, const uint64_t *keys, int64_t *restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = 0;
  for (int level = b->levels; level--;)
    for (int64_t i = 0; i < count; i++) out[i] = blocks_down(b, level, out[i], keys[i]);
  for (int64_t i = 0; i < count; i++) out[i] = blocks_leaf(b, out[i], keys[i]);
}

static inline void blocks_free(blocks *b) {
  for (int i = 0; i < b->levels; i++) free(b->level[i]);
}

/* Binary search for many keys, a step for all at a time. */
static inline void search_many(const uint64_t *keys, int64_t n, const uint64_t *wanted, int64_t *restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = 0;
  while (n > 1) {
    const int64_t half = n / 2;
    for (int64_t i = 0; i < count; i++) out[i] += (keys[out[i] + half - 1] < wanted[i]) * half;
    n -= half;
  }
  for (int64_t i = 0; i < count; i++) out[i] += n == 1 && keys[out[i]] < wanted[i];
}

#endif
