/** A join that ids prove, held against what time alone would have said of it. */
export interface JoinCheck {
  readonly hop: 'client' | 'gateway';
  /** Confidence of the callee that time alone would have chosen, in [0, 1]; 0 where it would have chosen none. */
  readonly stated: number;
  readonly right: boolean;
}

/** Where correlation tells how its confidences hold in real running. */
export type TellJoinCheck = (check: JoinCheck) => void;
