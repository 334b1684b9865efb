/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * digits.c - trains a network 64-32-10 on the UCI handwritten digits, with gradients written by hand, and tries it on
 * digits that it did not see. The data: https://archive.ics.uci.edu/dataset/80, one line a digit, 64 pixels from 0 to
 * 16 and the label.
 *
 *   digits [file.csv [epochs]]                   ../shared/data/digits.csv when absent
 */
#include "example.h"

enum { PIXELS = 64, HIDDEN = 32, CLASSES = 10, MAX_ROWS = 6000, BATCH = 48, EPOCHS = 40 };

static float pixels[MAX_ROWS][PIXELS];
static int64_t labels[MAX_ROWS];

static int64_t read_digits(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file)
    return -1;
  char line[1024];
  int64_t rows = 0;
  while (rows < MAX_ROWS && fgets(line, sizeof line, file)) {
    char *at = line;
    int fields = 0;
    for (; fields < PIXELS && *at; fields++) {
      pixels[rows][fields] = (float)strtol(at, &at, 10) / 16;
      if (*at == ',')
        at++;
    }
    if (fields < PIXELS || *at < '0' || *at > '9')
      continue; /* a header, an empty line */
    labels[rows++] = strtol(at, NULL, 10);
  }
  fclose(file);
  return rows;
}

typedef struct network {
  tn_tensor w0, b0, w1, b1;
} network;

static tn_tensor random_weights(int64_t rows, int64_t columns, uint32_t seed, float size) {
  float *p = example_array(rows * columns, seed, -size, size);
  tn_tensor w = tn_copy(tn_view(p, TN_F32, rows, columns));
  free(p);
  return w;
}

static tn_tensor hidden_layer(network net, tn_tensor x) { return tn_tanh(tn_add(tn_matmul(x, net.w0), net.b0)); }

static tn_tensor output_layer(network net, tn_tensor h) { return tn_softmax(tn_add(tn_matmul(h, net.w1), net.b1), -1); }

/* One step of gradient descent on the cross-entropy of a batch. target has a 1 in each row, at the label. */
static void train_step(network *net, tn_tensor x, tn_tensor target, float rate) {
  TN_SCOPE;
  tn_tensor h = hidden_layer(*net, x);
  tn_tensor d_out = tn_div(tn_sub(output_layer(*net, h), target), tn_dim(x, 0)); /* softmax and cross-entropy in one */
  tn_tensor d_hidden = tn_mul(tn_matmul(d_out, tn_transpose(net->w1)), tn_sub(1, tn_square(h)));
  tn_replace(&net->w1, tn_sub(net->w1, tn_mul(tn_matmul(tn_transpose(h), d_out), rate)));
  tn_replace(&net->b1, tn_sub(net->b1, tn_mul(tn_sum(d_out, 0), rate)));
  tn_replace(&net->w0, tn_sub(net->w0, tn_mul(tn_matmul(tn_transpose(x), d_hidden), rate)));
  tn_replace(&net->b0, tn_sub(net->b0, tn_mul(tn_sum(d_hidden, 0), rate)));
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "../shared/data/digits.csv";
  const int epochs = (int)example_argument(argc, argv, 2, EPOCHS);
  const int64_t rows = read_digits(path);
  if (rows < 20 * BATCH) {
    fprintf(argc > 1 ? stderr : stdout, "digits: no data in %s; give the path of the UCI digits as CSV\n", path);
    return argc > 1;
  }

  const int64_t held_out = rows / 4, seen = (rows - held_out) / BATCH * BATCH;
  tn_tensor x = tn_view_const(pixels, TN_F32, rows, PIXELS);
  tn_tensor label = tn_view_const(labels, TN_I64, rows);
  tn_tensor target = tn_cast(tn_equal(tn_reshape(label, rows, 1), tn_arange(TN_I64, 0, CLASSES, 1)), TN_F32);
  network net = {random_weights(PIXELS, HIDDEN, 1, 0.2f), tn_zeros(TN_F32, HIDDEN),
                 random_weights(HIDDEN, CLASSES, 2, 0.3f), tn_zeros(TN_F32, CLASSES)};

  const double start = example_seconds();
  for (int epoch = 0; epoch < epochs && tn_ok(); epoch++)
    for (int64_t i = 0; i < seen; i += BATCH) {
      TN_SCOPE;
      train_step(&net, tn_slice(x, 0, i, i + BATCH), tn_slice(target, 0, i, i + BATCH), 0.3f);
    }
  const double trained = example_seconds() - start;

  tn_tensor unseen = tn_slice(x, 0, rows - held_out, rows), truth = tn_slice(label, 0, rows - held_out, rows);
  tn_tensor output = output_layer(net, hidden_layer(net, unseen));
  tn_tensor predicted = tn_argmax(output, -1);
  const double accuracy = (double)tn_item_i64(tn_sum(tn_equal(predicted, truth))) / (double)held_out;
  printf("digits        %lld learned from, %lld held out\n", (long long)seen, (long long)held_out);
  printf("accuracy      %.1f %%\n", 100 * accuracy);
  printf("predictions   %016llx\n",
         (unsigned long long)example_checksum(tn_data_const(tn_cast(predicted, TN_F32)), tn_size(predicted)));
  printf("outputs       %016llx\n", (unsigned long long)example_checksum(tn_data_const(output), tn_size(output)));
  fprintf(stderr, "time_us %.1f\n", 1e6 * trained);
  const int status = example_status();
  return status ? status : accuracy > 0.85 ? 0 : 1;
}
