#include "compiler/analyze/smt_cover.h"

#include <z3++.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace pac::analyze {

using z3::expr;

namespace {

// Points that columns which depend on each other can't have; then splitting does better.
constexpr int kMostRefused = 16;

}  // namespace

class SmtCover::Encoding {
 public:
  Encoding(const Space& space, const std::vector<const Box*>& boxes)
      : space_(space),
        boxes_(boxes),
        solver_(context_, "QF_FD"),
        ends_(space.columns().size()),
        outside_(boxes.size()) {}

  Coverage find(const Region& region, const std::vector<uint32_t>& active, int64_t* steps,
                const Cover::Visit& visit, std::vector<uint32_t>* used) {
    const std::vector<uint32_t> meeting = meeting_boxes(region, active);
    const std::vector<uint32_t> columns = columns_of(meeting);
    z3::expr_vector assumed(context_);
    for (const uint32_t number : meeting) assumed.push_back(outside(number));
    for (const uint32_t column : columns) {
      if (region.sets[column] != space_.columns()[column].sets[0]) {
        assumed.push_back(within(column, region.sets[column]));
      }
    }
    for (int refused = 0; refused < kMostRefused && *steps > 0; ++refused) {
      const z3::check_result result = check(assumed, steps);
      if (result == z3::unsat) {
        read_core(meeting, used);
        return Coverage::covered;
      }
      if (result != z3::sat) return Coverage::out_of_budget;
      const Region point = point_of(region, columns);
      if (std::ranges::any_of(meeting, [&](uint32_t box) { return holds(box, point); })) break;
      if (!visit(point)) return Coverage::uncovered;
      assumed.push_back(other_than(point, columns));
    }
    return Coverage::out_of_budget;
  }

 private:
  std::vector<uint32_t> meeting_boxes(const Region& region,
                                      const std::vector<uint32_t>& active) const {
    std::vector<uint32_t> out;
    for (const uint32_t number : active) {
      const bool meets = std::ranges::all_of(boxes_[number]->constraints, [&](const Constraint& c) {
        return region.sets[c.column].meets(space_.columns()[c.column].sets[c.set]);
      });
      if (meets) out.push_back(number);
    }
    return out;
  }

  std::vector<uint32_t> columns_of(const std::vector<uint32_t>& boxes) const {
    std::vector<bool> is_cut(ends_.size());
    for (const uint32_t number : boxes) {
      for (const Constraint& c : boxes_[number]->constraints) is_cut[c.column] = true;
    }
    std::vector<uint32_t> out;
    for (uint32_t i = 0; i < is_cut.size(); ++i) {
      if (is_cut[i]) out.push_back(i);
    }
    return out;
  }

  expr fresh() { return context_.bool_const(("!" + std::to_string(next_++)).c_str()); }

  // By cell but the last: the column's value lies in that cell or one before it.
  const std::vector<expr>& ends_of(uint32_t column) {
    std::vector<expr>& ends = ends_[column];
    const uint32_t last = space_.columns()[column].sets[0].last();
    if (!ends.empty() || last == 0) return ends;
    for (uint32_t cell = 0; cell < last; ++cell) ends.push_back(fresh());
    for (uint32_t cell = 0; cell + 1 < last; ++cell) {
      solver_.add(z3::implies(ends[cell], ends[cell + 1]));
    }
    return ends;
  }

  expr in_run(uint32_t column, const Run& run) {
    const std::vector<expr>& ends = ends_of(column);
    expr out = context_.bool_val(true);
    if (run.last < ends.size()) out = ends[run.last];
    if (run.first > 0)
      out = run.last < ends.size() ? out && !ends[run.first - 1] : !ends[run.first - 1];
    return out;
  }

  // A truth that forces the column into the cells.
  expr within(uint32_t column, const CellSet& set) {
    const auto key = std::make_pair(column, set.runs());
    if (const auto known = within_.find(key); known != within_.end()) return known->second;
    const expr out = fresh();
    solver_.add(z3::implies(out, any_run(column, set)));
    within_.emplace(key, out);
    return out;
  }

  expr any_run(uint32_t column, const CellSet& set) {
    z3::expr_vector runs(context_);
    for (const Run& run : set.runs()) runs.push_back(in_run(column, run));
    return z3::mk_or(runs);
  }

  // A truth that forces the point out of the box.
  expr outside(uint32_t number) {
    if (outside_[number]) return *outside_[number];
    const expr out = fresh();
    z3::expr_vector inside(context_);
    for (const Constraint& c : boxes_[number]->constraints) inside.push_back(in_set(c));
    solver_.add(z3::implies(out, !z3::mk_and(inside)));
    outside_[number] = out;
    return out;
  }

  // Boxes share their sets.
  expr in_set(const Constraint& c) {
    const CellSet& set = space_.columns()[c.column].sets[c.set];
    if (set.runs().size() == 1) return in_run(c.column, set.runs()[0]);
    const uint64_t key = uint64_t{c.column} << 32 | c.set;
    if (const auto known = in_sets_.find(key); known != in_sets_.end()) return known->second;
    const expr out = fresh();
    solver_.add(z3::implies(any_run(c.column, set), out));
    in_sets_.emplace(key, out);
    return out;
  }

  z3::check_result check(const z3::expr_vector& assumed, int64_t* steps) {
    z3::params parameters(context_);
    parameters.set("rlimit", static_cast<unsigned>(std::min<int64_t>(*steps, 1 << 30)));
    parameters.set("random_seed", 0u);
    solver_.set(parameters);
    const int64_t before = steps_so_far();
    const z3::check_result result = solver_.check(assumed);
    *steps -= std::max<int64_t>(steps_so_far() - before, 1);
    return result;
  }

  int64_t steps_so_far() const {
    const z3::stats stats = solver_.statistics();
    for (unsigned i = 0; i < stats.size(); ++i) {
      if (stats.key(i) == "rlimit count") return stats.uint_value(i);
    }
    return 0;
  }

  Region point_of(const Region& region, const std::vector<uint32_t>& columns) {
    const z3::model model = solver_.get_model();
    Region point = region;
    for (const uint32_t column : columns) {
      const std::vector<expr>& ends = ends_of(column);
      // The first end that holds: behind it all do.
      const auto first = std::ranges::partition_point(
          ends, [&](const expr& end) { return !model.eval(end, true).is_true(); });
      const auto cell = static_cast<uint32_t>(first - ends.begin());
      point.sets[column] = CellSet::of(cell, cell);
    }
    return point;
  }

  bool holds(uint32_t box, const Region& point) const {
    return std::ranges::all_of(boxes_[box]->constraints, [&](const Constraint& c) {
      return space_.columns()[c.column].sets[c.set].contains(point.sets[c.column].first());
    });
  }

  expr other_than(const Region& point, const std::vector<uint32_t>& columns) {
    const expr out = fresh();
    z3::expr_vector same(context_);
    for (const uint32_t column : columns) {
      const uint32_t cell = point.sets[column].first();
      same.push_back(in_run(column, {cell, cell}));
    }
    solver_.add(z3::implies(out, !z3::mk_and(same)));
    return out;
  }

  void read_core(const std::vector<uint32_t>& meeting, std::vector<uint32_t>* used) {
    const z3::expr_vector core = solver_.unsat_core();
    used->clear();
    for (const uint32_t number : meeting) {
      for (unsigned i = 0; i < core.size(); ++i) {
        if (z3::eq(core[static_cast<int>(i)], *outside_[number])) used->push_back(number);
      }
    }
    std::ranges::sort(*used);
  }

  const Space& space_;
  const std::vector<const Box*>& boxes_;
  z3::context context_;
  z3::solver solver_;
  std::vector<std::vector<expr>> ends_;  // by column; empty: not yet asked for
  std::vector<std::optional<expr>> outside_;
  std::map<std::pair<uint32_t, std::vector<Run>>, expr> within_;
  std::unordered_map<uint64_t, expr> in_sets_;
  unsigned next_ = 0;
};

SmtCover::SmtCover(const Space& space, const std::vector<const Box*>& boxes) {
  try {
    encoding_ = std::make_unique<Encoding>(space, boxes);
  } catch (const z3::exception&) {
    encoding_ = nullptr;  // every question is out of budget
  }
}

SmtCover::~SmtCover() = default;

Coverage SmtCover::find(const Region& region, const std::vector<uint32_t>& active, int64_t* steps,
                        const Cover::Visit& visit) {
  used_.clear();
  if (encoding_ == nullptr) return Coverage::out_of_budget;
  try {
    return encoding_->find(region, active, steps, visit, &used_);
  } catch (const z3::exception&) {
    return Coverage::out_of_budget;
  }
}

}  // namespace pac::analyze
