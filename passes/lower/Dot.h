// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dot.h - a small graph with a fixed look, written for Graphviz.

#ifndef TENON_LOWER_DOT_H
#define TENON_LOWER_DOT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace tenon {

class Dot {
public:
  enum Look {
    Input,     ///< a tensor from outside
    Operation, ///< within a kernel
    Temporary, ///< a tensor in memory between kernels
    Fresh,     ///< a tensor that the program gets
    InPlace,   ///< memory that is written over
    Code,      ///< the user's C, and numbers for it
    Call,      ///< a tensor call that runs as it is
    End
  };
  enum Line {
    Data,   ///< a tensor's elements
    Number, ///< a scalar of C
    Over,   ///< written over the same memory
    Order   ///< only one after the other
  };

  /// Both texts are plain; `text` is bold, lines of `detail` follow. Cluster -1: none.
  unsigned addNode(Look look, llvm::StringRef text, llvm::ArrayRef<std::string> detail, int cluster = -1);
  unsigned addCluster(llvm::StringRef text, llvm::StringRef detail);
  /// At most one edge of a kind from node to node.
  void addEdge(unsigned from, unsigned to, Line line, llvm::StringRef text = "");
  bool hasEdges(unsigned node) const;
  void remove(unsigned node) { nodes[node].removed = true; }

  /// Writes the graph with a title and a legend.
  std::string text(llvm::StringRef title, llvm::StringRef detail) const;

private:
  struct Node {
    Look look;
    std::string label;
    int cluster;
    bool removed = false;
  };
  struct Edge {
    unsigned from, to;
    Line line;
    std::string text;
  };
  llvm::SmallVector<Node> nodes;
  llvm::SmallVector<Edge> edges;
  llvm::SmallVector<std::string> clusters;
};

/// Has Graphviz make an SVG of a .dot file, if it is there. What goes wrong is nobody's business.
void drawWithGraphviz(llvm::StringRef dotFile, llvm::StringRef svgFile);

} // namespace tenon

#endif
