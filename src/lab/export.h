/* A run's model for other programs: a folder as Hugging Face's transformers reads it.
 *
 *   model.safetensors       weights under the names of GPT2LMHeadModel, F32
 *   config.json             the shape, in the words of GPT2Config
 *   tokenizer.json          the vocabulary, and how facts/words.h splits a text and joins words
 *   tokenizer_config.json   what the reserved tokens are for
 *
 * GPT-2 has layer norms, learned positions, biases everywhere and heads that share d_model. */
#ifndef MNEME_LAB_EXPORT_H
#define MNEME_LAB_EXPORT_H

#include "lab/session.h"

/* Writes the four files, each of which appears whole or not at all, into a directory that is made
 * where it is missing. session is of session_open_model. ERROR_INPUT, with what differs, for a
 * model that is no GPT-2. */
bool export_gpt2(const struct session *session, const char *directory, struct error *err);

#endif
