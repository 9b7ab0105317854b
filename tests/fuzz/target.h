// Target: one thing to fuzz. A target takes any bytes and claims what must hold for all of them;
// a claim that does not hold, a crash, a leak, undefined behaviour or five seconds without an end
// is a finding. The same functions run under libFuzzer (fuzzer.cpp) and, in builds without it, over
// the committed inputs (replay.cpp). A target decides by its bytes alone, never by time or earlier
// inputs. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pac::fuzz {

// Whether an input is worth keeping as a seed of further ones.
enum class Verdict : int { keep = 0, drop = -1 };

struct Target {
  std::string_view name;
  Verdict (*run)(std::string_view bytes);
};

// Null where there is none of that name.
const Target* find_target(std::string_view name);
std::vector<std::string_view> target_names();

// Ends the process with a message where something does not hold that must.
void claim(bool holds, std::string_view what, std::string_view detail = {});

Verdict run_parse(std::string_view bytes);
Verdict run_check(std::string_view bytes);
Verdict run_format(std::string_view bytes);
Verdict run_ir_decode(std::string_view bytes);
Verdict run_bundle(std::string_view bytes);
Verdict run_side_json(std::string_view bytes);
Verdict run_json_input(std::string_view bytes);
Verdict run_csv_input(std::string_view bytes);
Verdict run_regex(std::string_view bytes);
Verdict run_text_numbers(std::string_view bytes);
Verdict run_native(std::string_view bytes);
Verdict run_zip(std::string_view bytes);
Verdict run_documents(std::string_view bytes);
Verdict run_ledger(std::string_view bytes);

}  // namespace pac::fuzz
