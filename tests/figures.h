// Figures that tests count. With PAC_FIGURES=FILE they are merged into that summary when the
// process ends, as those of the benchmarks are; else they are dropped. One thread.
#pragma once

#include <string>

namespace pac::test {

void add_to_figure(const std::string& key, double value);

}  // namespace pac::test
