/** An entry of mappings/diagnoses.yaml, as far as a reader needs it. */
export interface Diagnosis {
  readonly id: string;
  /** One sentence: what is wrong. */
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly links: readonly DiagnosisLink[];
}

export interface DiagnosisLink {
  readonly title: string;
  readonly url: string;
}

/** Diagnoses by id. */
export type Diagnoses = ReadonlyMap<string, Diagnosis>;
