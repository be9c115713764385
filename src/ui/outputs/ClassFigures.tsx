/** A table with a class in each row, to be copied as it is seen. */
import type { TextTable } from "../../outputs/score-table";
import { ClassName } from "../controls/ClassName";
import { SideScroll } from "../controls/SideScroll";
import { messages } from "../messages";
import { CopyTable } from "./CopyTable";

/** @param classes In the order of the rows, whose first cells are their names. */
export function ClassFigures(props: {
  table: TextTable;
  classes: readonly { readonly colour: readonly [number, number, number] }[];
}) {
  const { table, classes } = props;
  return (
    <div className="accuracy-table">
      <h3 className="label">{table.caption}</h3>
      <SideScroll label={table.caption}>
        <table className="table" aria-label={table.caption}>
          <thead>
            <tr>
              {table.columns.map((column, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns have the sign ± for a head.
                <th key={at} scope="col" className="class-figures-head">
                  {at === 0 ? messages.accuracy.classColumn : column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([name, ...cells], at) => (
              <tr key={name} data-class={name}>
                <td>
                  <ClassName name={name!} colour={classes[at]!.colour} />
                </td>
                {cells.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a figure has no name but its column.
                  <td key={column} className="number">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      <CopyTable table={table} />
    </div>
  );
}
