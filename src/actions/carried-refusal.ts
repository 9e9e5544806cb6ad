import { type Code, type Fault, Refusal } from '../domain/errors.js'

/** A refusal as it crosses from one thread or process to another. */
export interface CarriedRefusal {
  code: Code
  detail: string
  faults: readonly Fault[]
  extra: Readonly<Record<string, unknown>>
}

export const carry = ({ code, detail, faults, extra }: Refusal): CarriedRefusal => ({ code, detail, faults, extra })
export const carried = ({ code, detail, faults, extra }: CarriedRefusal) => new Refusal(code, detail, faults, extra)
