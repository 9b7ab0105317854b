// Certificates: the proofs that nothing is left out, that no rules clash and that a rule never
// decides, as trees that a checker can follow without knowing how they were found.
#include "compiler/analyze/certify.h"

#include <algorithm>

#include "compiler/analyze/inquiry.h"
#include "compiler/analyze/questions.h"

namespace pac::analyze {

using ir::HitPolicy;

namespace {

constexpr size_t kMaxNodes = 100'000;  // of a claim; a larger one is left out
constexpr size_t kMaxLevels = 1'000;
constexpr size_t kMaxDead = 100;             // rules of a decision with a claim of their own
constexpr uint64_t kMaxPairs = 200'000'000;  // of rules compared for one claim
constexpr size_t kMany = 250;                // boxes between which a part is halved

class Certifier {
 public:
  explicit Certifier(Inquiry& in)
      : in_(in), columns_(in.working(), in.space()), cover_(in.space(), in.boxes()) {}

  void run() {
    Certificate out;
    out.decision = in_.flat().decision;
    out.claims = json::Value::array();
    if (is_complete()) keep("no gap", "", no_gap(), &out);
    if (is_free_of_clashes()) keep("no clash", "", no_clash(), &out);
    std::vector<uint32_t> dead;
    for (const Finding& finding : in_.found()) {
      if (finding.kind == FindingKind::dead) dead.push_back(finding.rules[0]);
    }
    if (dead.size() > kMaxDead) {
      out.left_out.push_back("never decides: " + std::to_string(dead.size() - kMaxDead) +
                             " more rules");
      dead.resize(kMaxDead);
    }
    for (const uint32_t rule : dead) keep("never decides", name(rule), never_decides(rule), &out);
    if (out.claims.elements().empty() && out.left_out.empty()) return;
    out.columns = columns_.columns();
    in_.report().certificates.push_back(std::move(out));
  }

 private:
  void keep(const char* claim, const std::string& rule, bool is_proved, Certificate* out) {
    if (!is_proved) {
      out->left_out.push_back(
          std::string(claim) + (rule.empty() ? "" : " `" + rule + "`") +
          (is_too_large() ? ": it would have more than " + std::to_string(kMaxNodes) + " parts"
                          : ": the proof was not found again"));
    } else {
      json::Value value = json::Value::object();
      value.set("claim", claim);
      if (!rule.empty()) value.set("rule", rule);
      value.set("tree", std::move(nodes_));
      out->claims.push_back(std::move(value));
    }
    nodes_ = json::Value::array();
  }

  bool is_too_large() const { return nodes_.elements().size() > kMaxNodes; }
  const std::string& name(uint32_t rule) const { return in_.decision().rules[rule].name; }

  bool has_found(std::initializer_list<FindingKind> kinds, size_t rules_of_unknown) const {
    return std::ranges::any_of(in_.found(), [&](const Finding& finding) {
      return std::ranges::find(kinds, finding.kind) != kinds.end() ||
             (finding.kind == FindingKind::unknown && finding.rules.size() == rules_of_unknown);
    });
  }

  bool is_complete() const {
    const ir::Decision& d = in_.decision();
    const bool is_folding =
        d.policy == HitPolicy::collect_list || d.policy == HitPolicy::collect_folds;
    return !d.has_otherwise && !d.partial && !is_folding && !has_found({FindingKind::gap}, 0);
  }

  bool is_free_of_clashes() const {
    switch (in_.decision().policy) {
      case HitPolicy::unique:
      case HitPolicy::any:
      case HitPolicy::by_priority:
      case HitPolicy::unique_with_exceptions:
        return !has_found({FindingKind::overlap, FindingKind::conflict}, 2);
      default:
        return false;
    }
  }

  // ---- Nodes.

  void leaf(const char* kind, json::Value what) {
    json::Value node = json::Value::object();
    node.set(kind, std::move(what));
    nodes_.push_back(std::move(node));
  }

  void leaf_of_box(const char* kind, uint32_t box) {
    const bool is_rule = box < in_.space().rule_boxes().size();
    const uint32_t owner = in_.boxes()[box]->owner;
    if (is_rule) {
      leaf(kind, name(owner));
    } else {
      leaf("assume", owner);
    }
  }

  // A search whose way is written down; `on_box` makes the node of a part that lies in a box,
  // `on_rest` of one that meets none, or says that it can't.
  template <typename OnBox, typename OnRest>
  bool search(Cover& cover, const Region& region, const std::vector<uint32_t>& active, OnBox on_box,
              OnRest on_rest) {
    bool is_proved = true;
    cover.set_note([&](const Cover::Step& step) {
      if (is_too_large() || !is_proved) return;
      if (step.column != ir::kNone) {
        nodes_.push_back(columns_.split(step.column, step.cells));
      } else {
        is_proved = on_box(step);
      }
    });
    int64_t steps = in_.options().steps_per_question;
    const Coverage result = cover.search(region, active, &steps, [&](const Region& part) {
      is_proved = is_proved && on_rest(part);
      return is_proved && !is_too_large();
    });
    cover.set_note({});
    return is_proved && result == Coverage::covered && !is_too_large();
  }

  bool no_input(const Region& part) {
    if (in_.theory().solve(part).possible != Possible::no) return false;
    leaf("solver", "no input");
    return true;
  }

  // ---- Claims.

  bool no_gap() {
    std::vector<uint32_t> active;
    for (uint32_t i = 0; i < in_.boxes().size(); ++i) active.push_back(i);
    return search(
        cover_, in_.space().everything(), active,
        [&](const Cover::Step& step) {
          leaf_of_box("rule", step.box);
          return true;
        },
        [&](const Region& part) { return no_input(part); });
  }

  // Outside of its own boxes it does not fire, inside of them another comes before it.
  bool never_decides(uint32_t rule) {
    Cover inner(in_.space(), in_.boxes());
    const auto inside = [&](const Cover::Step& step) {
      std::vector<uint32_t> before = in_.excluded();
      in_.add_before(step.box, rule, &before);
      return search(
          inner, *step.region, before,
          [&](const Cover::Step& one) {
            leaf_of_box("before", one.box);
            return true;
          },
          [&](const Region& part) { return no_input(part); });
    };
    const auto outside = [&](const Region&) {
      leaf("never", true);
      return true;
    };
    return search(cover_, in_.space().everything(), in_.boxes_of_rule()[rule], inside, outside);
  }

  bool no_clash() {
    std::vector<uint32_t> active;
    for (uint32_t i = 0; i < in_.boxes().size(); ++i) active.push_back(i);
    Region region = in_.space().everything();
    return apart(region, active, 0);
  }

  struct Part {
    std::vector<Cover::Item> items;  // boxes that meet it
    std::vector<uint32_t> deciding;  // rules that may fire and that no other surely removes
    std::vector<uint32_t> pair;      // two of them that clash, or none
  };

  Part look(const Region& region, const std::vector<uint32_t>& active) {
    Part out;
    out.items = cover_.items_in(region, active);
    std::vector<uint32_t> sure;
    const size_t rule_boxes = in_.space().rule_boxes().size();
    for (const Cover::Item& item : out.items) {
      if (item.box >= rule_boxes) continue;
      const uint32_t owner = in_.boxes()[item.box]->owner;
      out.deciding.push_back(owner);
      if (item.left == 0) sure.push_back(owner);
    }
    std::ranges::sort(out.deciding);
    const auto doubled = std::ranges::unique(out.deciding);
    out.deciding.erase(doubled.begin(), doubled.end());
    std::erase_if(out.deciding, [&](uint32_t rule) {
      return std::ranges::any_of(sure, [&](uint32_t o) { return in_.comes_before(o, rule); });
    });
    for (size_t i = 0; i < out.deciding.size() && out.pair.empty(); ++i) {
      for (size_t k = i + 1; k < out.deciding.size() && out.pair.empty(); ++k) {
        const uint32_t a = out.deciding[i], b = out.deciding[k];
        ++compared_;
        if (in_.is_clash(a, b)) out.pair = {a, b};
      }
    }
    return out;
  }

  // Splits until what may decide goes together.
  bool apart(Region& region, const std::vector<uint32_t>& active, size_t level) {
    if (is_too_large() || level == kMaxLevels || compared_ > kMaxPairs) return false;
    const Part part = look(region, active);
    const size_t rule_boxes = in_.space().rule_boxes().size();
    for (const Cover::Item& item : part.items) {
      if (item.box < rule_boxes || item.left > 0) continue;
      leaf_of_box("assume", item.box);
      return true;
    }
    if (part.pair.empty()) {
      json::Value names = json::Value::array();
      for (const uint32_t rule : part.deciding) names.push_back(name(rule));
      leaf("rules", std::move(names));
      return true;
    }
    const std::vector<Cover::Item> items = to_split(part);
    if (items.empty()) return is_refuted(region, part.deciding);
    const Cover::Cut cut = cover_.choose(region, items);
    const CellSet before = region.sets[cut.column];
    const CellSet parts[] = {before.subtract(cut.part), before.intersect(cut.part)};
    if (parts[0].is_empty() || parts[1].is_empty()) return false;
    nodes_.push_back(columns_.split(cut.column, parts[0]));
    std::vector<uint32_t> left;
    for (const Cover::Item& item : part.items) left.push_back(item.box);
    for (const CellSet& one : parts) {
      region.sets[cut.column] = one;
      if (!apart(region, left, level + 1)) return false;
    }
    region.sets[cut.column] = before;
    return true;
  }

  // The boxes of two rules that clash, else what may take one of them away.
  std::vector<Cover::Item> to_split(const Part& part) const {
    const size_t rule_boxes = in_.space().rule_boxes().size();
    const auto owner = [&](const Cover::Item& item) { return in_.boxes()[item.box]->owner; };
    std::vector<Cover::Item> all, own, other;
    for (const Cover::Item& item : part.items) {
      if (item.left == 0) continue;
      all.push_back(item);
      const auto comes_before = [&](uint32_t rule) {
        return item.box >= rule_boxes || in_.comes_before(owner(item), rule);
      };
      if (item.box < rule_boxes && std::ranges::find(part.pair, owner(item)) != part.pair.end()) {
        own.push_back(item);
      } else if (std::ranges::any_of(part.pair, comes_before)) {
        other.push_back(item);
      }
    }
    if (own.empty()) return other;
    return all.size() > kMany ? all : own;
  }

  bool is_refuted(const Region& region, const std::vector<uint32_t>& deciding) {
    if (no_input(region)) return true;
    for (size_t i = 0; i < deciding.size(); ++i) {
      for (size_t k = i + 1; k < deciding.size(); ++k) {
        if (!in_.is_clash(deciding[i], deciding[k])) continue;
        if (in_.decision().policy == HitPolicy::unique) return false;
        const ir::ExprId differs = in_.differing(deciding[i], deciding[k]);
        if (in_.theory().solve(region, differs).possible != Possible::no) return false;
      }
    }
    leaf("solver", "the outcomes are the same");
    return true;
  }

  Inquiry& in_;
  CertificateColumns columns_;
  Cover cover_;
  json::Value nodes_ = json::Value::array();
  uint64_t compared_ = 0;
};

}  // namespace

void certify(Inquiry& inquiry) { Certifier(inquiry).run(); }

}  // namespace pac::analyze
