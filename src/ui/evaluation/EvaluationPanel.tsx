/** What it is worth: scores, confusion, calibration, areas, cost, and a report to take away. */
import { Tabs } from "radix-ui";
import { setTab } from "../../actions/view/arrange";
import { selectHasDates } from "../../store/date-selectors";
import type { EvaluationTab } from "../../store/workspace";
import { ChangesTab } from "../dates/ChangesTab";
import { messages } from "../messages";
import { ReportTab } from "../outputs/ReportTab";
import { ParcelsTab } from "../parcels/ParcelsTab";
import { useSelect, useStudio } from "../StudioContext";
import { AccuracyTab } from "../sampling/AccuracyTab";
import { AreasTab } from "./AreasTab";
import { CalibrationTab } from "./CalibrationTab";
import { ConfusionTab } from "./ConfusionTab";
import { CostTab } from "./CostTab";
import { ScopeChoice } from "./ScopeChoice";
import { ScoresTab } from "./ScoresTab";

const words = messages.evaluation;
const TABS: readonly EvaluationTab[] = [
  "scores",
  "confusion",
  "calibration",
  "areas",
  "accuracy",
  "changes",
  "parcels",
  "cost",
  "report",
];

export function EvaluationPanel() {
  const studio = useStudio();
  const tab = useSelect((state) => state.workspace.tab);
  const hasDates = useSelect(selectHasDates);
  const hasParcels = useSelect(({ parcels }) => parcels.layers.length > 0);
  return (
    <Tabs.Root value={tab} onValueChange={(value) => setTab(studio, value as EvaluationTab)}>
      <Tabs.List className="tabs" aria-label={words.region}>
        {TABS.filter((value) => (value !== "parcels" || hasParcels) && (value !== "changes" || hasDates)).map(
          (value) => (
            <Tabs.Trigger key={value} value={value} className="tab">
              {words.tabs[value]}
            </Tabs.Trigger>
          ),
        )}
      </Tabs.List>
      <ScopeChoice />
      <Tabs.Content value="scores">
        <ScoresTab />
      </Tabs.Content>
      <Tabs.Content value="confusion">
        <ConfusionTab />
      </Tabs.Content>
      <Tabs.Content value="calibration">
        <CalibrationTab />
      </Tabs.Content>
      <Tabs.Content value="areas">
        <AreasTab />
      </Tabs.Content>
      <Tabs.Content value="accuracy">
        <AccuracyTab />
      </Tabs.Content>
      <Tabs.Content value="changes">
        <ChangesTab />
      </Tabs.Content>
      <Tabs.Content value="parcels">
        <ParcelsTab />
      </Tabs.Content>
      <Tabs.Content value="cost">
        <CostTab />
      </Tabs.Content>
      <Tabs.Content value="report">
        <ReportTab />
      </Tabs.Content>
    </Tabs.Root>
  );
}
