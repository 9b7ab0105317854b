/* Decides one loan from a bundle in plain C, from the file and from memory.
 *   outside_c loan.pacb [TRUST_FILE]     with a trust file an unsigned bundle is refused */
#include <pac/pac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                      \
  do {                                                        \
    if (!(condition)) {                                       \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
      return 1;                                               \
    }                                                         \
  } while (0)

static char* read_all(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char* bytes = malloc(*size);
  if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

static int decide(const pac_rule_set* rules) {
  static const char kInput[] = "{\"credit_score\":720,\"amount\":\"5000.00\"}";
  pac_input* input = NULL;
  CHECK(pac_input_new(rules, &input) == PAC_DONE);
  const uint32_t loan = pac_rule_set_find_decision(rules, "loan", 4);
  CHECK(loan != PAC_NOT_FOUND);
  CHECK(pac_input_bind_json(input, loan, kInput, sizeof kInput - 1) == PAC_DONE);
  CHECK(pac_input_decide(input, NULL) == PAC_DONE);
  CHECK(pac_decision_status(input) == PAC_DECIDED_OK);
  char text[1000];
  size_t written = 0;
  CHECK(pac_decision_write(input, text, sizeof text, &written) == PAC_DONE);
  printf("%.*s\n", (int)written, text);
  pac_input_free(input);
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) return 2;
  pac_failure failure = {sizeof failure, "", ""};
  pac_engine* engine = NULL;
  CHECK(pac_api_version() == PAC_API_VERSION);
  CHECK(pac_engine_new(NULL, &engine) == PAC_DONE);

  pac_bundle_options options;
  memset(&options, 0, sizeof options);
  options.size_bytes = sizeof options;
  if (argc == 3) {
    options.trust_path.data = argv[2];
    options.trust_path.size = strlen(argv[2]);
    options.requires_signature = 1;
  }
  pac_rule_set* rules = NULL;
  const pac_answer loaded =
      pac_rule_set_load_bundle_file(engine, argv[1], strlen(argv[1]), &options, &rules, &failure);
  if (loaded != PAC_DONE) {
    fprintf(stderr, "%s %s\n", failure.code, failure.message);
    return 1;
  }
  CHECK(pac_rule_set_is_native(rules) == 0); /* pac_jit is not linked */
  CHECK(pac_rule_set_bundle_digest(rules).size == 64);
  CHECK((pac_rule_set_signer(rules).size > 0) == (argc == 3));
  CHECK(decide(rules) == 0);
  pac_rule_set_free(rules);

  size_t size = 0;
  char* bytes = read_all(argv[1], &size);
  CHECK(bytes != NULL);
  CHECK(pac_rule_set_load_bundle(engine, bytes, size, NULL, &rules, NULL) == PAC_DONE);
  CHECK(pac_rule_set_signer(rules).size == 0); /* without a trust file nobody is trusted */
  CHECK(decide(rules) == 0);
  pac_rule_set_free(rules);

  bytes[size / 2] ^= 1;
  CHECK(pac_rule_set_load_bundle(engine, bytes, size, NULL, &rules, &failure) == PAC_FAILED);
  CHECK(strncmp(failure.code, "PAC4", 4) == 0);
  CHECK(pac_rule_set_load_bundle_file(engine, "absent", 6, NULL, &rules, &failure) == PAC_FAILED);
  CHECK(strcmp(failure.code, "PAC0101") == 0);
  CHECK(pac_rule_set_load_bundle(NULL, bytes, size, NULL, &rules, NULL) == PAC_MISUSED);
  free(bytes);
  pac_engine_free(engine);
  return 0;
}
