/* The trainer: a thread that runs the loop of training (train/loop.h) as it is commanded.
 *
 * Anybody who holds the weights may run the model beside a training step. */
#ifndef MNEME_TRAIN_TRAINER_H
#define MNEME_TRAIN_TRAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "train/command_queue.h"
#include "train/status_board.h"
#include "train/trainer_setup.h"

struct trainer;

struct trainer *trainer_new(const struct trainer_setup *setup, struct error *err);

/* Feeds what an earlier life of the run recorded to the phase detector and the history; between
 * trainer_new and trainer_start. */
bool trainer_restore_training(struct trainer *trainer, const struct training_point *point,
                              struct error *err);
bool trainer_restore_evaluation(struct trainer *trainer, const struct evaluation_point *point,
                                struct error *err);
bool trainer_restore_circuits(struct trainer *trainer, const struct circuits_point *point,
                              struct error *err);
bool trainer_restore_turn(struct trainer *trainer, const struct turn *turn, struct error *err);

/* Gives the next step another learning rate than the checkpoint does; that is no turn. */
void trainer_restore_lr(struct trainer *trainer, double lr);

/* Counts who was trained on up to step `steps` under another plan than the trainer's, where the run
 * began as another; in the order of steps. */
void trainer_restore_exposures(struct trainer *trainer, const struct plan *earlier, uint64_t steps);

/* Starts the thread, which obeys what was sent before and is paused without. With `yields`, it and
 * the threads it starts come after the program's other threads where there are fewer processors
 * than threads: keys and answers do not wait for it. A fresh run is evaluated first; the checkpoint
 * it begins with is written before its first step, when one is asked for, or when it stops with
 * something unsaved. */
bool trainer_start(struct trainer *trainer, bool yields, struct error *err);

/* Queues a command; never waits for the trainer. A failure overtakes the commands that wait
 * then: they are obeyed as far as they neither train on nor end the state of having failed. */
bool trainer_send(struct trainer *trainer, struct command command, struct error *err);

void trainer_status(struct trainer *trainer, struct trainer_status *status);
struct history *trainer_history(struct trainer *trainer);

/* Waits up to `seconds` for the trainer to change (a step made, a state entered); true when it did
 * since the status that was read last had change count *seen, which is brought up to date. */
bool trainer_wait(struct trainer *trainer, double seconds, uint64_t *seen);

/* The model, readable until released: the optimizer's update waits. */
const struct model *trainer_hold_weights(struct trainer *trainer);
void trainer_release_weights(struct trainer *trainer);

/* Sends COMMAND_STOP and waits for the thread; status and history stay. False, with the reason,
 * where the trainer had failed or could not write its last checkpoint. */
bool trainer_end(struct trainer *trainer, struct error *err);

/* trainer_end, and frees everything, the engine excepted. */
bool trainer_stop(struct trainer *trainer, struct error *err);

#endif
