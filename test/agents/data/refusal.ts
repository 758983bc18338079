import { InputError } from "../../../agents/data/inputError.ts";

/** The InputError that a call throws; anything else fails the test. */
export function refusal(call: () => unknown): InputError {
  try {
    call();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("expected an InputError, but the input was accepted");
}
