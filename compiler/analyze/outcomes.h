// Outcomes: what a version answers where certain rules fire and no others that matter, as values
// over the joined inputs; and the condition that two versions answer differently. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analyze/join.h"
#include "compiler/analyze/terms.h"

namespace pac::analyze {

enum class AnswerKind : uint8_t { ok, gap, no_match, overlap };

class Outcomes {
 public:
  explicit Outcomes(Joined& joined) : joined_(joined), terms_(joined.rules) {}

  // That the answers differ where these rules fire in the old and in the new version (ascending;
  // under policies that remove rules only those that are left). Nothing where that has no form that
  // can be asked for; an input then has to be tried.
  std::optional<ir::ExprId> differing(const std::vector<uint32_t>& before,
                                      const std::vector<uint32_t>& after);
  // The kind where it does not depend on values; `overlap` also where it does.
  AnswerKind kind_of(int version, const std::vector<uint32_t>& rules);
  // Of those that fire, the rules that the answer names.
  std::vector<uint32_t> deciding(int version, const std::vector<uint32_t>& rules);
  Terms& terms() { return terms_; }

 private:
  struct Answer {
    AnswerKind kind = AnswerKind::ok;
    bool is_list = false;
    std::vector<std::vector<std::pair<std::string, ir::ExprId>>> items;  // one but for lists
    std::vector<std::pair<std::string, std::vector<std::string>>> names;
    std::vector<JoinedDuty> duties;
    ir::ExprId clash = ir::ExprId::none;  // that survivors disagree
  };

  const JoinedRule& rule(int version, uint32_t number) const;
  std::optional<Answer> answer(int version, std::vector<uint32_t> rules);
  std::optional<Answer> folded(int version, const std::vector<uint32_t>& rules);
  std::optional<std::vector<uint32_t>> chosen(int version,
                                              const std::vector<uint32_t>& rules) const;
  std::optional<bool> ranks_before(int version, uint32_t a, uint32_t b) const;
  std::vector<std::pair<std::string, ir::ExprId>> values(int version, uint32_t rule) const;
  ir::ExprId same(ir::ExprId a, ir::ExprId b);
  ir::ExprId make_same(ir::ExprId a, ir::ExprId b);
  ir::ExprId differing(const Answer& a, const Answer& b);
  ir::ExprId same_duties(const std::vector<JoinedDuty>& a, const std::vector<JoinedDuty>& b);

  Joined& joined_;
  Terms terms_;
  std::map<std::pair<ir::ExprId, ir::ExprId>, ir::ExprId> same_;
};

}  // namespace pac::analyze
