// bundle: any bytes as a .pacb, or a good signed bundle with a damaged member, whose archive and
// digests are made anew so that the damage gets behind the first wall. It is refused, or it can be
// used; and it is trusted only where nothing that a signature covers was touched.
#include "runtime/engine/bundle.h"
#include "compiler/driver/answer.h"
#include "compiler/driver/build.h"
#include "compiler/driver/witness.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

// How an input damages the good bundle, in its first byte.
enum class Way : uint8_t {
  bytes,     // what follows is the whole file
  archive,   // the good file, spliced
  member,    // a member spliced, the archive made anew
  digested,  // the manifest too
};

struct Good {
  Good() {
    Fixed fixed = make_fixed("sample.pac");
    crypto::Seed seed;
    seed.fill(7);
    auto key = crypto::SigningKey::from_seed(seed);
    claim(key.has_value(), "there is a key");
    trust = engine::TrustStore({{"desk", key->public_key()}});
    driver::BuildOptions options;
    options.pac_version = "0.1.0";
    options.signers = {&*key};
    auto built = driver::build(*fixed.compilation, options);
    claim(built && built->problems.empty(), "a policy of ours is built");
    bytes = std::move(built->bytes);
    auto loaded = engine::Bundle::load(bytes, trust);
    claim(loaded && (*loaded)->is_trusted(), "a bundle of ours is trusted");
    bundle = std::move(*loaded);
    tests = fixed.compilation->checked->tests;
  }
  std::string bytes;
  engine::TrustStore trust;
  std::unique_ptr<engine::Bundle> bundle;
  std::vector<check::TestCase> tests;
};

// The good bundle with a member spliced, removed, renamed or added.
std::string damaged(const Good& good, Bytes& in, bool with_manifest) {
  std::vector<engine::ZipMember> members = good.bundle->members();
  const size_t which = in.u8() % (members.size() + 1);
  std::string changed, name;
  if (which == members.size()) {
    name = in.until('\0');
    changed = in.rest();
    members.push_back({name, changed});
  } else {
    const uint8_t what = in.u8();
    if (what == 1) {
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(which));
    } else if (what == 2) {
      name = in.rest();
      members[which].name = name;
    } else {
      // A native object is long and not read further; the last bytes of it are enough.
      changed = spliced(std::string(members[which].bytes), in);
      members[which].bytes = changed;
    }
  }
  std::string manifest;
  if (with_manifest) {
    manifest =
        engine::encode(engine::make_manifest(good.bundle->rules()->rule_set(), members, "0.1.0"));
    for (auto& member : members) {
      if (member.name == engine::kManifestMember) member.bytes = manifest;
    }
  }
  return engine::write_zip(members).value_or("");
}

void use(const Good& good, const engine::Bundle& bundle) {
  const auto& rules = bundle.rules();
  engine::Session session(rules, small_session());
  for (const auto& test : good.tests) {
    if (ir::index(test.decision) >= rules->rule_set().decisions.size()) continue;
    driver::Question question;
    question.decision = test.decision;
    question.input = test.input;
    question.as_of = test.as_of;
    claim(driver::answer_to(session, question).has_value(), "a bundle that is loaded decides");
  }
  if (const auto witnesses = bundle.member(engine::kWitnessesMember)) {
    const auto decoded = driver::decode_witnesses(rules->rule_set(), *witnesses);
    if (decoded) {
      (void)driver::compare_answers(rules, decoded->tests, driver::Engine::interp);
    }
  }
}

}  // namespace

Verdict run_bundle(std::string_view bytes) {
  static const Good& good = *new Good();
  Bytes in(bytes);
  std::string archive;
  switch (static_cast<Way>(in.u8() % 4)) {
    case Way::bytes:
      archive = in.rest();
      break;
    case Way::archive:
      archive = spliced(good.bytes, in);
      break;
    case Way::member:
      archive = damaged(good, in, false);
      break;
    case Way::digested:
      archive = damaged(good, in, true);
      break;
  }
  const auto loaded = engine::Bundle::load(archive, good.trust);
  if (!loaded) {
    claim(!loaded.error().message.empty(), "a refusal has a message", loaded.error().code);
    return Verdict::keep;
  }
  const engine::Bundle& bundle = **loaded;
  if (bundle.is_trusted()) {
    claim(bundle.manifest() == good.bundle->manifest(), "only what was signed is trusted");
  }
  for (const auto& member : bundle.members()) {
    if (!member.name.starts_with(engine::kNativeFolder)) continue;
    std::string_view key = member.name.substr(engine::kNativeFolder.size());
    key.remove_suffix(std::min<size_t>(key.size(), 2));
    const auto object = bundle.native_object(key);
    claim(!object || object == good.bundle->member(member.name), "only signed native code is used");
  }
  use(good, bundle);
  return Verdict::keep;
}

}  // namespace pac::fuzz
