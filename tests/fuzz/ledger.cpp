// ledger: what a ledger, a witness and an auditor read from others: notes, receipts, cosignatures,
// policies, requests of witnesses, archives, addresses. What is read is written in one form, which
// reads as the same; what nobody signed is not believed.
#include "ledger/archive/verify.h"
#include "ledger/log/receipt.h"
#include "ledger/log/witness_policy.h"
#include "ledger/witness/request.h"
#include "net/url.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

void try_note(std::string_view text) {
  const auto note = ledger::decode_note(text);
  if (!note) return;
  const auto again = ledger::decode_note(ledger::encode(*note));
  claim(again && again->text == note->text && again->signatures.size() == note->signatures.size(),
        "a note has one form", text);
  ledger::WitnessKey witness{"w.example/1", {}};
  witness.key.fill(7);
  const auto by = ledger::cosigners_of(*note, std::span(&witness, 1));
  claim(!by || by->empty(), "no witness cosigned it");
  const ledger::NoteKey log{"log.example/credit", witness.key};
  claim(!ledger::open_checkpoint(text, log.name, std::span(&log, 1)), "no log signed it");
}

void try_receipt(std::string_view text) {
  const auto receipt = ledger::decode_receipt(text);
  if (!receipt) return;
  const std::string once = ledger::encode(*receipt);
  const auto again = ledger::decode_receipt(once);
  claim(again && ledger::encode(*again) == once, "a receipt has one form", once);
}

void try_policy(std::string_view text) {
  const auto policy = ledger::read_policy(text);
  if (!policy) return;
  const std::string once = ledger::policy_text(*policy);
  const auto again = ledger::read_policy(once);
  claim(again && ledger::policy_text(*again) == once, "a policy has one form", once);
  const std::size_t count = policy->witnesses.size();
  claim(policy->is_met(std::vector<bool>(count, true)), "all witnesses are enough");
  claim(policy->needs_any() != policy->is_met(std::vector<bool>(count, false)),
        "none are enough where none is needed");
}

void try_request(std::string_view text) {
  const auto request = ledger::decode_add_checkpoint(text);
  if (request) claim(ledger::encode(*request) == text, "a request has one form", text);
}

void try_archive(std::string_view bytes) {
  const auto facts = ledger::decode_archive_facts(bytes);
  if (facts) claim(ledger::encode(*facts) == bytes, "a description has one form", bytes);
  const auto proofs = ledger::decode_proofs(bytes);
  if (proofs) claim(ledger::encode(*proofs) == bytes, "proofs have one form", bytes);
  ledger::NoteKey key{"bank.example/credit/1", {}};
  key.key.fill(7);
  const auto report = ledger::verify_archive(bytes, {key, nullptr, {}, {}});
  claim(!report || report->entries == 0, "nobody signed its entries");
}

}  // namespace

Verdict run_ledger(std::string_view bytes) {
  Bytes in(bytes);
  const uint8_t head = in.u8();
  const std::string_view text = in.rest();
  switch (head % 6) {
    case 0:
      try_note(text);
      break;
    case 1:
      try_receipt(text);
      break;
    case 2:
      try_policy(text);
      break;
    case 3:
      try_request(text);
      break;
    case 4:
      try_archive(text);
      break;
    default:
      (void)net::read_url(text);
      (void)net::read_endpoint(text);
      (void)ledger::read_verifier_text(text);
      (void)ledger::read_witness_text(text);
      break;
  }
  return Verdict::keep;
}

}  // namespace pac::fuzz
