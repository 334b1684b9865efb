// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dot.cpp - writes graphs for Graphviz.
//
// Colour has one meaning each: blue is a kernel, orange memory that exists only for the region, green a result, red
// what is written over; grey is the user's own program. The palette keeps apart for people who see red and green alike:
// fills differ in lightness, and each look has a shape of its own.

#include "Dot.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tenon {

/// Seconds that Graphviz may take; a picture that needs more is of no use to anybody.
static constexpr unsigned drawingSeconds = 10;

static std::string escape(StringRef text) {
  std::string escaped;
  for (unsigned char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c < ' ' ? ' ' : char(c);
  }
  return escaped;
}

static std::string label(StringRef text, ArrayRef<std::string> detail) {
  std::string made = "<B>" + escape(text) + "</B>";
  for (const std::string &line : detail)
    if (!line.empty())
      made += "<BR/><FONT POINT-SIZE=\"10\" COLOR=\"#555555\">" + escape(line) + "</FONT>";
  return made;
}

static const char *attributesOf(Dot::Look look) {
  switch (look) {
  case Dot::Input:
    return "shape=box style=\"filled,rounded\" fillcolor=\"#f2f2f2\" color=\"#888888\"";
  case Dot::Operation:
    return "shape=box style=\"filled,rounded\" fillcolor=\"#ffffff\" color=\"#5b8fc9\"";
  case Dot::Temporary:
    return "shape=cylinder style=filled fillcolor=\"#fbd9a5\" color=\"#c77700\"";
  case Dot::Fresh:
    return "shape=box style=filled fillcolor=\"#cdeac0\" color=\"#3f8f3f\"";
  case Dot::InPlace:
    return "shape=box style=filled fillcolor=\"#f7c9c4\" color=\"#b3362b\" penwidth=2";
  case Dot::Code:
    return "shape=note style=filled fillcolor=\"#ffffff\" color=\"#666666\"";
  case Dot::Call:
    return "shape=box style=\"filled,dashed\" fillcolor=\"#eeeeee\" color=\"#333333\"";
  case Dot::End:
    return "shape=plaintext";
  }
  llvm_unreachable("all looks return");
}

static const char *attributesOf(Dot::Line line) {
  switch (line) {
  case Dot::Data:
    return "color=\"#333333\"";
  case Dot::Number:
    return "color=\"#333333\" style=dashed arrowhead=open";
  case Dot::Over:
    return "color=\"#b3362b\" fontcolor=\"#b3362b\" penwidth=3";
  case Dot::Order:
    return "color=\"#aaaaaa\" style=dotted arrowhead=none";
  }
  llvm_unreachable("all lines return");
}

unsigned Dot::addNode(Look look, StringRef text, ArrayRef<std::string> detail, int cluster) {
  nodes.push_back({look, label(text, detail), cluster});
  return nodes.size() - 1;
}

unsigned Dot::addCluster(StringRef text, StringRef detail) {
  clusters.push_back("<B>" + escape(text) + "</B>" +
                     (detail.empty() ? "" : "  <FONT POINT-SIZE=\"10\">" + escape(detail) + "</FONT>"));
  return clusters.size() - 1;
}

void Dot::addEdge(unsigned from, unsigned to, Line line, StringRef text) {
  if (from != to && none_of(edges, [&](const Edge &edge) {
        return edge.from == from && edge.to == to && edge.line == line && edge.text == text;
      }))
    edges.push_back({from, to, line, text.str()});
}

bool Dot::hasEdges(unsigned node) const {
  return any_of(edges, [&](const Edge &edge) { return edge.line != Order && (edge.from == node || edge.to == node); });
}

std::string Dot::text(StringRef title, StringRef detail) const {
  std::string text;
  raw_string_ostream out(text);
  out << "digraph region {\n"
      << "  graph [rankdir=TB nodesep=0.3 ranksep=0.35 fontname=\"Helvetica\" fontsize=14 labelloc=t bgcolor=white\n"
      << "         label=<" << label(title, {detail.str()}) << ">];\n"
      << "  node [fontname=\"Helvetica\" fontsize=12 margin=\"0.12,0.06\" height=0.3];\n"
      << "  edge [fontname=\"Helvetica\" fontsize=10 arrowsize=0.7];\n";
  auto writeNode = [&](unsigned i) {
    out << "n" << i << " [" << attributesOf(nodes[i].look) << " label=<" << nodes[i].label << ">];\n";
  };
  bool used[8] = {};
  for (auto [c, name] : enumerate(clusters)) {
    out << "  subgraph cluster_" << c << " {\n    label=<" << name
        << ">; labeljust=l; fontsize=12; style=\"filled,rounded\"; color=\"#5b8fc9\"; fillcolor=\"#dbe9f8\";\n";
    for (unsigned i = 0; i < nodes.size(); ++i)
      if (!nodes[i].removed && nodes[i].cluster == int(c)) {
        out << "    ";
        writeNode(i);
      }
    out << "  }\n";
  }
  for (unsigned i = 0; i < nodes.size(); ++i) {
    if (nodes[i].removed)
      continue;
    used[nodes[i].look] = true;
    if (nodes[i].cluster < 0) {
      out << "  ";
      writeNode(i);
    }
  }
  bool anyNumber = false;
  for (const Edge &edge : edges) {
    if (nodes[edge.from].removed || nodes[edge.to].removed)
      continue;
    anyNumber |= edge.line == Number;
    out << "  n" << edge.from << " -> n" << edge.to << " [" << attributesOf(edge.line);
    if (!edge.text.empty())
      out << " label=<" << escape(edge.text) << ">";
    out << "];\n";
  }
  // The legend: one line, under everything that nothing follows.
  out << "  legend [shape=plaintext fontsize=10 label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\" "
         "CELLPADDING=\"3\"><TR>";
  auto entry = [&](bool show, StringRef fill, StringRef text) {
    if (show)
      out << "<TD BGCOLOR=\"" << fill << "\">" << text << "</TD>";
  };
  entry(!clusters.empty(), "#dbe9f8", "kernel");
  entry(used[Temporary], "#fbd9a5", "temporary");
  entry(used[Fresh], "#cdeac0", "new tensor");
  entry(used[InPlace], "#f7c9c4", "written in place");
  entry(used[Call], "#eeeeee", "runs as a call");
  entry(used[Input], "#f2f2f2", "from outside");
  entry(anyNumber, "#ffffff", "- - &gt; number for C");
  out << "</TR></TABLE>>];\n";
  for (unsigned i = 0; i < nodes.size(); ++i)
    if (!nodes[i].removed &&
        none_of(edges, [&](const Edge &edge) { return edge.from == i && !nodes[edge.to].removed; }))
      out << "  n" << i << " -> legend [style=invis];\n";
  out << "}\n";
  return text;
}

void drawWithGraphviz(StringRef dotFile, StringRef svgFile) {
  static const ErrorOr<std::string> program = sys::findProgramByName("dot");
  if (!program)
    return;
  StringRef arguments[] = {*program, "-Tsvg", "-o", svgFile, dotFile};
  std::optional<StringRef> nowhere[] = {StringRef(""), StringRef(""), StringRef("")};
  std::string error;
  if (sys::ExecuteAndWait(*program, arguments, std::nullopt, nowhere, drawingSeconds, 0, &error) != 0)
    (void)sys::fs::remove(svgFile); // half a picture, if any
}

} // namespace tenon
