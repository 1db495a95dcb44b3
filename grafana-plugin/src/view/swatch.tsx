export interface SwatchProps {
  /** Name of a lane's colour token. */
  readonly colour: string;
  readonly hollow?: boolean;
}

/** The square that ties a name to its lane's colour. */
export function Swatch({ colour, hollow = false }: SwatchProps) {
  const value = `var(--ccm-lane-${colour})`;
  return (
    <i className="ccm-swatch" style={hollow ? { border: `1.5px dashed ${value}` } : { background: value }} />
  );
}
